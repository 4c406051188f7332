// A module of a test around the worker that is served: a configuration that takes everything else from there.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the worker may ask: everything, or nothing but public addresses as in production. */
export type Reach = 'everywhere' | 'internet';

const configuration = (reach: Reach): string => `
using Workerd = import "/workerd/workerd.capnp";
using Served = import "/www/edge/workerd.capnp";
using Development = import "/www/edge/development.capnp";

const around :Workerd.Config = (
  services = [.main, Served.storage, Served.widget, ${reach === 'internet' ? 'Served' : 'Development'}.${reach}],
  sockets = [Served.http],
);
const main :Workerd.Service = (
  name = "worker",
  worker = (
    modules = [(name = "around.js", esModule = embed "around.js"), Served.script, Served.core],
    compatibilityDate = Served.compatibilityDate,
    bindings = Served.bindings,
    durableObjectNamespaces = Served.objects,
    durableObjectStorage = (localDisk = "storage"),
  ),
);
`;

/** Writes both into a folder. The module imports the worker as `./worker.js`. For `WORKERD_CONFIG`. */
export async function around(folder: string, module: string, reach: Reach = 'everywhere'): Promise<string> {
  const path = join(folder, 'around.capnp');
  await Promise.all([writeFile(join(folder, 'around.js'), module), writeFile(path, configuration(reach))]);
  return path;
}
