## net
