# The same with DEVELOPMENT=1: amoCRM (the sandbox), Ringostat and who is told may be on this machine or in its network.

using Workerd = import "/workerd/workerd.capnp";
using Served = import "workerd.capnp";

const development :Workerd.Config = (
  services = [Served.main, Served.storage, Served.widget, .everywhere],
  sockets = [Served.http],
);

const everywhere :Workerd.Service =
  (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true)));
