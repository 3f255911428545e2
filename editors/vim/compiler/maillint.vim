" maillint in Vim: `:compiler maillint`, then `:make` or `:make live/names.toml`; findings go to the quickfix list.
" Put the folder above `compiler` on 'runtimepath'. See docs/editors.md.

if exists("current_compiler")
  finish
endif
let current_compiler = "maillint"

CompilerSet makeprg=maillint\ check\ --format\ concise\ --quiet
" Columns count characters; Vim takes them for bytes, which differs behind letters outside of ASCII.
CompilerSet errorformat=%f:%l:%c:\ %t%*[a-z][%*[^]]]\ %m,%f:\ %t%*[a-z][%*[^]]]\ %m
