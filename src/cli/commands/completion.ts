import { candidates } from '../completion.js';
import { EXIT } from '../exit-codes.js';
import { print } from '../terminal.js';

/** Scripts that ask the program itself: what there is to complete is known here alone. */
const scripts = {
  bash: `# eval "$(eprbp completion bash)"
_eprbp() {
  local typed="\${COMP_LINE:0:COMP_POINT}" line
  local -a words
  # bash itself splits words at = and :
  read -ra words <<< "$typed"
  [[ "$typed" == *' ' ]] && words+=('')
  local last="\${words[-1]}" cut=''
  [[ "$last" == *=* ]] && cut="\${last%%=*}="
  COMPREPLY=()
  while IFS= read -r line; do COMPREPLY+=("\${line#"$cut"}"); done < <(eprbp complete -- "\${words[@]:1}" 2>/dev/null)
  [[ "\${COMPREPLY[0]}" == *[=/] ]] && compopt -o nospace
}
complete -F _eprbp eprbp`,
  zsh: `#compdef eprbp
# eval "$(eprbp completion zsh)"
_eprbp() {
  local -a found
  found=("\${(@f)$(eprbp complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -Q -S '' -- \${(M)found:#*[=/]}
  compadd -Q -- \${found:#*[=/]}
}
compdef _eprbp eprbp`,
  fish: `# eprbp completion fish | source
function __eprbp
  set -l words (commandline -opc) (commandline -ct)
  eprbp complete -- $words[2..-1] 2>/dev/null
end
complete -c eprbp -f -a '(__eprbp)'`,
} as const;

/** `eprbp completion`: a script for the shell that is named. */
export function completion({ shell }: { shell: keyof typeof scripts }): number {
  print(scripts[shell]);
  return EXIT.ok;
}

/** `eprbp complete -- WORDS`: what the scripts ask. */
export async function complete(words: readonly string[]): Promise<number> {
  const load = async () => (await import('../vocabulary.js')).vocabulary;
  for (const candidate of await candidates(words, load)) print(candidate);
  return EXIT.ok;
}
