import { EXIT } from '../exit-codes.js';
import { write } from '../terminal.js';

/**
 * Scripts that ask the program itself: what there is to complete is known here alone. Names of files and engines may be
 * anybody's: what a shell inserts, it must read as a word and not as a command.
 */
const scripts = {
  bash: `# eval "$(eprbp completion bash)"
_eprbp() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(
    eprbp complete --bash "$COMP_WORDBREAKS" "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null
  )
  [[ "\${COMPREPLY[0]}" == *[=/] ]] && compopt -o nospace
}
complete -F _eprbp eprbp
`,
  zsh: `#compdef eprbp
# eval "$(eprbp completion zsh)"
_eprbp() {
  local -a found
  found=(\${(f)"$(eprbp complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)"})
  compadd -S '' -- \${(M)found:#*[=/]}
  compadd -- \${found:#*[=/]}
}
compdef _eprbp eprbp
`,
  fish: `# eprbp completion fish | source
function __eprbp
  set -l words (commandline -opc) (commandline -ct)
  eprbp complete -- $words[2..-1] 2>/dev/null
end
complete -c eprbp -f -a '(__eprbp)'
`,
} as const;

/** `eprbp completion`: a script for the shell that is named. */
export function completion({ shell }: { shell: keyof typeof scripts }): number {
  write(scripts[shell]);
  return EXIT.ok;
}
