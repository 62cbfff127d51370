/// <reference lib="dom" />
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import type { SpendBudget, SpendView } from '../../protocol/spend.ts';
import { Button, Icon, IconButton } from '../parts/controls.tsx';
import { useSpend } from './useSpend.ts';

const icons = { ok: 'pass', warn: 'warning', over: 'error' } as const satisfies Record<SpendBudget['level'], string>;

function Budget({ title, text, share, percent, level, state }: SpendBudget): JSX.Element {
  const id = useId();
  return (
    <li class={`budget ${level}`}>
      <span id={id} class="name">
        {title}
      </span>
      <span class="state">
        <Icon name={icons[level]} /> {state} · {percent}
      </span>
      <div class="track" role="meter" aria-labelledby={id} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.min(100, Math.floor(share * 100))} aria-valuetext={`${text}, ${percent}`}>
        <div class="fill" style={{ width: `${Math.min(1, share) * 100}%` }} />
      </div>
      <span class="text">{text}</span>
    </li>
  );
}

/** The budgets, and what is left at the service. */
export function Standing({ view: { budgets, balance } }: { readonly view: SpendView }): JSX.Element {
  const { t, hear, connection } = useSpend();
  return (
    <section class="standing" aria-labelledby="budgets">
      <div class="line">
        <h2 id="budgets">{t('Budgets')}</h2>
        <Button icon="edit" onClick={() => void hear(connection.ask('budget.set', {}))}>
          {t('Set Budget…')}
        </Button>
      </div>
      {budgets.length === 0 ? <p class="hint">{t('No budget is set: nothing keeps a request from being sent for what it costs.')}</p> : <ul class="budgets">{budgets.map((budget, index) => <Budget key={index} {...budget} />)}</ul>}
      <p class="balance">
        <strong>{balance ? t('Balance: {0}', balance.text) : t('Balance: not known')}</strong> {balance && <span class="hint">{balance.note}</span>}
        <IconButton icon="refresh" label={t('Refresh Balance')} onClick={() => void hear(connection.ask('balance.refresh', {}))} />
        <IconButton icon="edit" label={t('Enter Balance…')} onClick={() => void hear(connection.ask('balance.enter', {}))} />
      </p>
    </section>
  );
}
