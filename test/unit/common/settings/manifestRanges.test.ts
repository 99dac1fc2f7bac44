import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { followMinutesRange, maxBatches, maxWaitMinutes } from '../../../../src/core/deploy/types';
import {
  parallelPartsRange,
  partSizeRange,
} from '../../../../src/core/transfer/multipart/partSizing';

interface Range {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: number;
}
type Properties = Readonly<Record<string, Range>>;

interface Manifest {
  readonly contributes: {
    readonly configuration: { readonly properties: Properties };
    readonly taskDefinitions: readonly [
      { readonly properties: { readonly deploy: { readonly properties: Properties } } },
    ];
    readonly languageModelTools: readonly {
      readonly name: string;
      readonly inputSchema: { readonly properties: Properties };
    }[];
  };
}

/** VS Code marks a value as invalid by the manifest, and the code refuses it by its constants. */
describe('Ranges in package.json equal those of the code', () => {
  let contributes: Manifest['contributes'];
  before(async () => {
    ({ contributes } = JSON.parse(await readFile('package.json', 'utf8')) as Manifest);
  });

  for (const [name, { least, most, defaultValue }] of [
    ['partSize', partSizeRange],
    ['parallelParts', parallelPartsRange],
    ['deploy.followMinutes', followMinutesRange],
  ] as const) {
    it(`for the setting ${name}`, () => {
      const setting = contributes.configuration.properties[`edasPackages.${name}`];
      assert.deepEqual(
        [setting?.minimum, setting?.maximum, setting?.default],
        [least, most, defaultValue],
      );
    });
  }

  for (const [name, least, most] of [
    ['batches', 1, maxBatches],
    ['wait', 0, maxWaitMinutes],
  ] as const) {
    it(`for ${name} of a task and of the agent's deploy tool`, () => {
      const [task] = contributes.taskDefinitions;
      const tool = contributes.languageModelTools.find(
        (each) => each.name === 'edas_deploy_package',
      );
      for (const properties of [task.properties.deploy.properties, tool?.inputSchema.properties]) {
        assert.deepEqual([properties?.[name]?.minimum, properties?.[name]?.maximum], [least, most]);
      }
    });
  }
});
