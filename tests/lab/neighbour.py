"""Somebody else on a local network, who speaks DNS-SD by another implementation than ours (python-zeroconf).

    neighbour.py watch                           tells what is announced there, an object a line
    neighbour.py announce NUMBER ID ADDRESS      announces a host that is none, until it is killed
"""

import json
import socket
import sys
import threading

from zeroconf import ServiceBrowser, ServiceInfo, Zeroconf

SERVICE = "_entraide._udp.local."


def tell(**event):
    print(json.dumps(event), flush=True)


class Watcher:
    def add_service(self, network, service, name):
        info = network.get_service_info(service, name)
        properties = {key.decode(): value.decode() for key, value in info.properties.items()}
        tell(
            event="announced",
            name=name,
            computer=info.server,
            addresses=info.parsed_addresses(),
            properties=properties,
        )

    def remove_service(self, network, service, name):
        tell(event="gone", name=name)

    def update_service(self, network, service, name):
        pass


def announce(network, number, peer, address):
    info = ServiceInfo(
        SERVICE,
        f"{peer}.{SERVICE}",
        addresses=[socket.inet_aton(address)],
        port=4000,
        properties={"number": number, "quic": "4000", "tcp": "4000"},
        server=f"{peer[-12:]}.local.",
    )
    # Whoever lies does not ask first whether the name is taken.
    network.register_service(info, cooperating_responders=True)
    tell(event="announcing")


network = Zeroconf()
if sys.argv[1] == "watch":
    browser = ServiceBrowser(network, SERVICE, Watcher())
    tell(event="watching")
else:
    announce(network, *sys.argv[2:])
threading.Event().wait()
