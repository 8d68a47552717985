"""Hosts of a test's own, and what can go wrong between them.

Where the system permits it each host is a network namespace, all of them on one switch: cables are pulled,
packets dropped (nftables) and bandwidth limited (tbf) as between machines. Elsewhere hosts are loopback
addresses, and a proxy on the way of each link does what it can of that; TEST_HOSTS=loopback asks for this.
Hosts end with the test, however that ends.
"""

import os
import subprocess
import sys

from proxy import Proxy

SWITCH = "10.77.0.1"
INSIDE = "TEST_HOSTS_ENTERED"
# Everything that hosts are made of, tried once before a test relies on it.
TRIAL = """ip link add trial0 type bridge && ip link add trial1 type veth peer name trial2 &&
tc qdisc add dev trial1 root tbf rate 1mbit burst 32kbit latency 1s &&
nft 'add table inet trial; add chain inet trial c { type filter hook input priority 0; }' &&
unshare --net true"""


def enter_network_of_its_own():
    """Starts this program anew in a network namespace where it may make others; says so if it cannot."""
    if INSIDE in os.environ:
        return
    if os.environ.get("TEST_HOSTS") != "loopback":
        unshare = ["unshare", "--net"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
        trial = subprocess.run([*unshare, "sh", "-c", TRIAL], capture_output=True, text=True, check=False)
        if trial.returncode == 0:
            os.environ[INSIDE] = "namespaces"
            os.execvp(unshare[0], [*unshare, sys.executable, *sys.argv])
        print(f"network namespaces are not to be had: {trial.stderr.strip()}")
    print("hosts are loopback addresses", flush=True)
    os.environ[INSIDE] = "loopback"


def make_network():
    return Switch() if os.environ[INSIDE] == "namespaces" else Loopback()


def run(*words):
    subprocess.run(words, check=True)


class Host:
    """A namespace with an address on the switch; `within` are the words that run a program there."""

    def __init__(self, name, address):
        self.name, self.address = name, address
        up = ["sh", "-c", "ip link set lo up && echo up && exec sleep infinity"]
        self._process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "unshare", "--net", *up],
                                         stdout=subprocess.PIPE, text=True)
        if self._process.stdout.readline() != "up\n":
            raise AssertionError(f"host {name} does not start")
        self.within = ("nsenter", f"--net=/proc/{self._process.pid}/ns/net", "--")
        run("ip", "link", "add", name, "type", "veth",
            "peer", "name", "eth0", "netns", str(self._process.pid))
        run("ip", "link", "set", name, "master", "switch", "up")
        self.run("ip", "address", "add", f"{address}/24", "dev", "eth0")
        self.run("ip", "link", "set", "eth0", "up")

    def run(self, *words):
        run(*self.within, *words)

    def end(self):
        run("ip", "link", "delete", self.name)
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


class Switch:
    """Namespaces on one bridge, of which the test itself has an address."""

    def __init__(self):
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", "switch", "type", "bridge")
        run("ip", "address", "add", f"{SWITCH}/24", "dev", "switch")
        run("ip", "link", "set", "switch", "up")
        self._hosts = []
        self._proxies = []

    def host(self):
        number = len(self._hosts) + 10
        self._hosts.append(Host(f"host{number}", f"10.77.0.{number}"))
        return self._hosts[-1]

    def addresses(self):
        return [host.address for host in self._hosts]

    def way(self, _, gateway, port):
        """Where `worker` reaches the port of the gateway: (address, port)."""
        return gateway.address, port

    def tunnel(self, worker, gateway, port, delay_s):
        """A port on 127.0.0.1 of `worker` that leads to that of `gateway`, over the wire and late."""
        far = Proxy(gateway.address, "127.0.0.1", port, within=gateway.within)
        near = Proxy("127.0.0.1", gateway.address, far.port, delay_s, within=worker.within)
        self._proxies += [far, near]
        return near.port

    def unplug(self, host):
        run("ip", "link", "set", host.name, "down")

    def plug(self, host):
        run("ip", "link", "set", host.name, "up")

    def drop(self, sender, receiver):
        """What `sender` says to `receiver` is lost from now on, and nobody is told."""
        receiver.run("nft", "add table inet faults; add chain inet faults input"
                     " { type filter hook input priority 0; };"
                     f" add rule inet faults input ip saddr {sender.address} drop")

    def heal(self, receiver):
        receiver.run("nft", "delete table inet faults")

    def limit(self, host, megabits):
        """What goes to and from `host` from now on."""
        words = ("root", "tbf", "rate", f"{megabits}mbit", "burst", "32kbit", "latency", "400ms")
        run("tc", "qdisc", "add", "dev", host.name, *words)
        host.run("tc", "qdisc", "add", "dev", "eth0", *words)

    def end(self):
        for proxy in self._proxies:
            proxy.end()
        for host in self._hosts:
            host.end()
        run("ip", "link", "delete", "switch")


class LoopbackHost:
    """An address of this machine."""

    within = ()

    def __init__(self, address):
        self.address = address


class Loopback:
    """Addresses of this machine. A worker reaches its gateway through a proxy on the worker's address."""

    def __init__(self):
        self._hosts = []
        self._proxies = {}   # By worker.

    def host(self):
        self._hosts.append(LoopbackHost(f"127.0.77.{len(self._hosts) + 10}"))
        return self._hosts[-1]

    def addresses(self):
        return [host.address for host in self._hosts]

    def way(self, worker, gateway, port):
        self._proxies[worker] = Proxy(worker.address, gateway.address, port)
        return worker.address, self._proxies[worker].port

    def tunnel(self, worker, _, port, delay_s):
        self._proxies[worker] = Proxy("127.0.0.1", "127.0.0.1", port, delay_s)
        return self._proxies[worker].port

    def unplug(self, host):
        self._silence(host, up=True, down=True)

    def plug(self, host):
        self._silence(host, up=False, down=False)

    def drop(self, sender, receiver):
        up = sender in self._proxies
        self._silence(sender if up else receiver, up, not up)

    def heal(self, receiver):
        self._silence(receiver, up=False, down=False)

    def _silence(self, host, up, down):
        """The links of a worker, or those of the gateway: all."""
        for proxy in [self._proxies[host]] if host in self._proxies else self._proxies.values():
            proxy.silence(up, down)

    def limit(self, host, megabits):
        self._proxies[host].limit(megabits * 1e6 / 8)

    def end(self):
        for proxy in self._proxies.values():
            proxy.end()
