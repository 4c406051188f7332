// The match table: a card a person.
import { css } from 'lit';

export const employeeStyles = css`
  .people {
    list-style: none;
    margin: 0;
    padding: 0;
    display: flex;
    flex-direction: column;
    gap: 0.6rem;
  }
  .open {
    border-inline-start: 4px solid var(--_warning);
  }
  .match {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr));
    gap: 0.5rem 1rem;
    align-items: start;
  }
  .who {
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .who p {
    margin: 0;
  }
  .act {
    margin-top: 0.4rem;
  }
  details {
    margin-top: 0.4rem;
  }
  details > .grid {
    margin-top: 0.5rem;
  }
  summary {
    cursor: pointer;
  }
  .new {
    margin-top: 1rem;
  }
  .all {
    margin-bottom: 0.75rem;
  }
  #summary {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4rem;
  }
`;
