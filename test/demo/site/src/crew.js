const crew = [
  { name: 'Mina', work: 'Captain' },
  { name: 'Otto', work: 'Engine room' },
  { name: 'Lin', work: 'Deck and dinner' },
];

for (const { name, work } of crew) {
  const item = document.createElement('li');
  const portrait = new Image();
  portrait.src = `assets/crew/${name.toLowerCase()}.png`;
  portrait.alt = `${name}, ${work}`;
  item.append(portrait, `${name}: ${work}`);
  document.querySelector('#crew')?.append(item);
}
