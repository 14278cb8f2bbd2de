"""Somebody else on a local network, who speaks DNS-SD by another implementation than ours (python-zeroconf).

    neighbour.py watch                           tells what is announced there, an object a line
    neighbour.py announce NUMBER ID ADDRESS      announces a host that is none, until it is killed
    neighbour.py hold                            has the port of mDNS for itself
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
        while (info := network.get_service_info(service, name)) is None:
            pass
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
    own = f"{number}-{peer[-12:]}"
    info = ServiceInfo(
        SERVICE,
        f"{own}.{SERVICE}",
        addresses=[socket.inet_aton(address)],
        port=4000,
        properties={"number": number, "id": peer, "quic": "4000", "tcp": "4000"},
        server=f"{own}.local.",
    )
    # Whoever lies does not ask first whether the name is taken.
    network.register_service(info, cooperating_responders=True)
    tell(event="announcing")


def hold():
    held = [socket.socket(family, socket.SOCK_DGRAM) for family in (socket.AF_INET, socket.AF_INET6)]
    held[1].setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    for every in held:
        every.bind(("", 5353))
    tell(event="holding")
    return held


match sys.argv[1]:
    case "watch":
        network = Zeroconf()
        browser = ServiceBrowser(network, SERVICE, Watcher())
        tell(event="watching")
    case "announce":
        announce(Zeroconf(), *sys.argv[2:])
    case "hold":
        held = hold()
threading.Event().wait()
