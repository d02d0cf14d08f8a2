// Reads {"documents": [{"name", "text"}]} of Kubernetes manifests, and says for each object what the schemas of Kubernetes' own API find:
// required fields, values of enumerations, types. npm kubernetes-models is made from that API's description.
import { pathToFileURL } from 'node:url';
import { load, readInput, say } from './packages.mjs';

const yaml = load('yaml');
const { documents } = JSON.parse(await readInput());

for (const { name, text } of documents) {
  for (const document of yaml.parseAllDocuments(text, { uniqueKeys: true })) {
    const problems = document.errors.map(error => error.message.split('\n')[0]);
    const object = document.toJS();
    if (!problems.length) {
      try {
        const file = `${process.env.PEER_PACKAGES}/node_modules/kubernetes-models/${object.apiVersion}/${object.kind}.js`;
        const { [object.kind]: Model } = await import(pathToFileURL(file));
        new Model(object).validate();
      } catch (problem) {
        problems.push(problem.message);
      }
    }
    say({ name, kind: object?.kind ?? '', problems });
  }
}
