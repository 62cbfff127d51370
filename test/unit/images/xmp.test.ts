import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { Recipe } from '../../../src/images/recipe.ts';
import { isInside, longestXmp, recipeFromXmp, recipeXmp } from '../../../src/images/xmp/xmp.ts';
import { mergedXmp } from '../../../src/images/xmp/merge.ts';
import { escaped, unescaped, xmlText } from '../../../src/images/xmp/text.ts';
import { parseXml } from '../../../src/images/xmp/tree.ts';
import { anyRecipe, fullRecipe, hardText, longestPrompt } from './recipeSamples.ts';

const easel = 'xmlns:easel="urn:easel:recipe#"';
const rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"';
const sound = recipeXmp(fullRecipe);

describe('a recipe as XMP', () => {
  it('comes back as it was, whatever its texts are', () => {
    fc.assert(fc.property(anyRecipe, (recipe) => assert.deepEqual(recipeFromXmp(recipeXmp(recipe)), recipe)), { numRuns: 300 });
    const long = { ...fullRecipe, prompt: longestPrompt };
    assert.deepEqual(recipeFromXmp(recipeXmp(long)), long);
  });

  it('is well-formed UTF-8 text whatever the prompt is', () => {
    fc.assert(
      fc.property(hardText, (prompt) => {
        const xmp = recipeXmp({ ...fullRecipe, prompt });
        assert.doesNotMatch(xmp, /(?![\t\n\r])[\p{Cc}\p{Cs}\ufffe\uffff]/u);
      }),
    );
  });

  it('counts money to its millionth', () => {
    const amounts: readonly (readonly [number, string])[] = [
      [0, '0'],
      [1, '0.000001'],
      [783_130_000, '783.13'],
      [10_000_000, '10'],
      [Number.MAX_SAFE_INTEGER, '9007199254.740991'],
    ];
    for (const [micros, text] of amounts) {
      const recipe: Recipe = { ...fullRecipe, charge: { amount: { micros, unit: 'USD' }, measured: false } };
      assert.match(recipeXmp(recipe), new RegExp(`<easel:amount>${text}</easel:amount><easel:unit>USD</easel:unit><easel:measured>False<`));
      assert.deepEqual(recipeFromXmp(recipeXmp(recipe)), recipe);
    }
  });

  it('never tells where a file outside of the workspace lies', () => {
    const names: readonly (readonly [string, string])[] = [
      ['/home/anna/secret/cat.png', 'cat.png'],
      ['C:\\Users\\Anna\\cat.png', 'cat.png'],
      ['../../cat.png', 'cat.png'],
      ['c:cat.png', 'cat.png'],
      ['..', 'image'],
      ['art/cat.png', 'art/cat.png'],
    ];
    for (const [name, told] of names) {
      const [reference] = recipeFromXmp(recipeXmp({ ...fullRecipe, references: [{ role: 'image', name, sha256: '0'.repeat(64) }] }))?.references ?? [];
      assert.equal(reference?.name, told);
    }
  });

  it('is read as other programs write it: as attributes, in several descriptions, with other prefixes, in CDATA', () => {
    const { charge: _charge, references: _references, revisedPrompt: _revised, background: _background, format: _format, ...rest } = fullRecipe;
    const xmp = `<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:easel:recipe#">
      <r:Description r:about='' e:version="1" e:job='${rest.job}' e:picture = "2" e:model="gpt-image-2" e:size="1024x768"/>
      <!-- <r:Description e:count="9"/> --><r:Description r:about="">
        <e:quality>medium</e:quality><e:count>&#51;</e:count><e:service>OpenAI-HK</e:service><e:date>${rest.date}</e:date>
        <e:prompt><![CDATA[A cat & a <dog>, "at night"]]>&#xA;with 猫 and 🎨</e:prompt>
        <e:references><r:Seq><r:li><r:Description e:role="image" e:name="a.png" e:sha256="${'0'.repeat(64)}"/></r:li></r:Seq></e:references>
      </r:Description></r:RDF>`;
    assert.deepEqual(recipeFromXmp(xmp), { ...rest, references: [{ role: 'image', name: 'a.png', sha256: '0'.repeat(64) }] });
  });

  const replaced = (pattern: string | RegExp, by: string): string => {
    const xmp = sound.replace(pattern, by);
    assert.notEqual(xmp, sound);
    return xmp;
  };
  const refused: readonly (readonly [string, () => string])[] = [
    ['nothing', () => ''],
    ['no RDF', () => '<a/>'],
    ['another program’s packet', () => `<rdf:RDF ${rdf}><rdf:Description rdf:about=""/></rdf:RDF>`],
    ['a later version', () => replaced('<easel:version>1<', '<easel:version>2<')],
    ['no prompt', () => replaced(/<easel:prompt>[^]*?<\/easel:prompt>/, '')],
    ['another namespace', () => sound.replaceAll('urn:easel:recipe#', 'urn:other#')],
    ['a reference that leads out', () => replaced('art/hero.png', '../hero.png')],
    ['a reference that leads out on the way', () => replaced('art/hero.png', 'art/../../hero.png')],
    ['an absolute reference', () => replaced('art/hero.png', '/etc/hero.png')],
    ['a drive', () => replaced('art/hero.png', 'C:/hero.png')],
    ['backslashes', () => replaced('art/hero.png', '..\\hero.png')],
    ['an escape that leads out', () => replaced('art/hero.png', '_x002E_./hero.png')],
    ['a NUL in a name', () => replaced('art/hero.png', 'a_x0000_.png')],
    ['a hash that is none', () => replaced('a1a1', 'zz')],
    ['another role', () => replaced('<easel:role>image<', '<easel:role>owner<')],
    ['a size that is none', () => replaced('1024x768', '1024')],
    ['a count of 0', () => replaced('<easel:count>3<', '<easel:count>0<')],
    ['an unknown quality', () => replaced('<easel:quality>medium<', '<easel:quality>best<')],
    ['an unknown format', () => replaced('<easel:format>png<', '<easel:format>exe<')],
    ['a negative charge', () => replaced('783.13', '-783.13')],
    ['a charge beyond what can be counted', () => replaced('783.13', '9999999999.999999')],
    ['a date that is none', () => replaced(/<easel:date>[^<]*/, '<easel:date>yesterday')],
    ['a DOCTYPE with an entity', () => `<!DOCTYPE a [<!ENTITY x "y">]>${sound.replace('A cat', '&x;')}`],
    ['an unknown entity', () => replaced('A cat', '&cat;')],
    ['a tag that is not closed', () => replaced('</rdf:RDF>', '')],
    ['tags that cross', () => replaced('<easel:count>3</easel:count>', '<easel:count>3</easel:size>')],
    ['a prefix that is not declared', () => replaced('<easel:count>3</easel:count>', '<nix:count>3</nix:count>')],
    ['nesting without an end', () => '<a>'.repeat(100_000)],
    ['too many namespaces', () => `<a ${Array.from({ length: 300 }, (_none, n) => `xmlns:n${n}="urn:n"`).join(' ')}>${sound}</a>`],
    ['more than is read', () => sound + ' '.repeat(longestXmp)],
  ];
  for (const [what, xmp] of refused) it(`is not read from ${what}`, () => assert.equal(recipeFromXmp(xmp()), undefined));

  it('is read from no text at all that is damaged at random, or is read whole', () => {
    const damage = fc.array(fc.tuple(fc.nat(sound.length), fc.nat(4), fc.oneof(hardText, fc.constantFrom('<rdf:li>', '</rdf:Seq>', 'rdf:', ` ${easel}`, '>', '/>'))), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(damage, (changes) => {
        let xmp = sound;
        for (const [at, length, text] of changes) xmp = xmp.slice(0, at) + text + xmp.slice(at + length);
        const recipe = recipeFromXmp(xmp);
        if (!recipe) return;
        for (const { name } of recipe.references ?? []) assert.ok(isInside(name));
        assert.deepEqual(recipeFromXmp(recipeXmp(recipe)), recipe);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('XML', () => {
  it('escapes any text into what XML holds, and back', () => {
    fc.assert(
      fc.property(hardText, (text) => {
        assert.equal(unescaped(escaped(text)), text);
        assert.equal(parseXml(`<a>${xmlText(escaped(text))}</a>`)?.[0]?.text, escaped(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('tells where everything stands', () => {
    const text = '<a b="1"  c:d=\'2\' xmlns:c="urn:c"><e/>x<f>y</f></a>';
    const [a] = parseXml(text) ?? [];
    assert.deepEqual(a?.attributes.map(({ start, end }) => text.slice(start, end)), [' b="1"', "  c:d='2'"]);
    assert.deepEqual(a?.children.map(({ start, end }) => text.slice(start, end)), ['<e/>', '<f>y</f>']);
    assert.equal(text.slice(a?.contentEnd), '</a>');
  });

  it('grows no faster than its text on what is made to be slow', () => {
    const slow = ['<'.repeat(1e6), `<a ${' '.repeat(1e6)}`, `<a ${'b '.repeat(5e5)}>`, `<a>${'&'.repeat(1e6)}</a>`, `<a>${'<!--'.repeat(2e5)}</a>`, `<a>${'<b>'.repeat(60)}${'<c/>'.repeat(2e5)}`, `<a x="${'<'.repeat(1e6)}`, `<a ${Array.from({ length: 3e5 }, (_none, n) => `b${n}=""`).join(' ')}/>`];
    for (const text of slow) assert.equal(parseXml(text), undefined);
  });
});

describe('a packet that is there already', () => {
  const foreign = `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Camera 1.0">
 <rdf:RDF ${rdf}>
  <rdf:Description rdf:about="uuid:1&amp;2" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="Camera"
    xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Make="Maker">
   <tiff:Model><![CDATA[Model <1>]]></tiff:Model>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
${' '.repeat(2000)}
<?xpacket end="w"?>`;

  it('keeps every byte, and takes the recipe beside it', () => {
    const merged = mergedXmp(foreign, sound) ?? '';
    assert.deepEqual(recipeFromXmp(merged), fullRecipe);
    const added = /<rdf:Description xmlns:rdf[^]*?<\/rdf:Description>/.exec(merged)?.[0] ?? '';
    assert.equal(merged.replace(added, ''), foreign);
    assert.match(added, /rdf:about="uuid:1&amp;2"/);
    assert.doesNotMatch(added, /CreatorTool/, 'what the camera says of itself is not said anew');
    assert.match(added, /<dc:description>/);
  });

  it('takes a later recipe in the place of an earlier one', () => {
    const first = mergedXmp(foreign, sound) ?? '';
    const later = { ...fullRecipe, prompt: 'Something else', job: 'later' };
    const second = mergedXmp(first, recipeXmp(later)) ?? '';
    assert.deepEqual(recipeFromXmp(second), later);
    assert.equal(second, mergedXmp(foreign, recipeXmp(later)));
    assert.equal(mergedXmp(sound, recipeXmp(later)), recipeXmp(later));
  });

  it('also one that another program has spread over descriptions and attributes', () => {
    const spread = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ${rdf}><rdf:Description rdf:about="" ${easel} easel:version="1" easel:job="old"/>
      <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="Easel" xmp:Rating="3" ${easel} easel:prompt="old"/></rdf:RDF></x:xmpmeta>`;
    const merged = mergedXmp(spread, sound) ?? '';
    assert.deepEqual(recipeFromXmp(merged), fullRecipe);
    assert.doesNotMatch(merged, /old/);
    assert.match(merged, /xmp:Rating="3"/);
    assert.equal(merged.match(/CreatorTool/g)?.length, 2, 'the opening and the closing tag of one');
  });

  it('has room for it also where it is empty', () => {
    const merged = mergedXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>`, sound) ?? '';
    assert.deepEqual(recipeFromXmp(merged), fullRecipe);
  });

  it('is left alone where it cannot be understood', () => {
    for (const odd of ['', 'no xml', '<a/>', foreign.replace('</rdf:RDF>', ''), `<!DOCTYPE x>${foreign}`]) assert.equal(mergedXmp(odd, sound), undefined);
  });
});
