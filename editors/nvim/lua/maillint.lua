-- maillint in Neovim, 0.7 or later: what is wrong with a buffer, while it is written.
--
-- Put the folder above `lua` on 'runtimepath' and call `require("maillint").setup()`. See docs/editors.md.

local M = {}

local namespace = vim.api.nvim_create_namespace("maillint")
local severities = {
  error = vim.diagnostic.severity.ERROR,
  warning = vim.diagnostic.severity.WARN,
  info = vim.diagnostic.severity.INFO,
}
-- The job that looks at a buffer; a newer one takes its place.
local jobs = {}

local defaults = {
  -- The program, with further arguments of `check` if there are any.
  command = { "maillint", "check" },
  -- Files to look at. Buffers that are no export are told so, once they are one of these.
  pattern = { "*.toml", "*.json", "*.yaml", "*.yml", "notes.ini" },
  -- When to look.
  events = { "BufReadPost", "BufNewFile", "TextChanged", "InsertLeave", "TextChangedI" },
}

-- Neovim counts lines from 0 and columns in bytes from 0.
local function diagnostic(start, stop, entry, code)
  local text = entry.message
  if type(entry.help) == "string" then
    text = text .. "\n" .. entry.help
  end
  return {
    lnum = start.line - 1,
    col = start.column_utf8 - 1,
    end_lnum = stop.line - 1,
    end_col = stop.column_utf8 - 1,
    severity = severities[entry.severity],
    message = text,
    code = code,
    source = "maillint",
  }
end

-- What a report says about one file.
function M.diagnostics(report, name)
  local found = {}
  for _, finding in ipairs(report.findings) do
    local place = finding.primary
    if type(place) == "table" and place.path == name then
      table.insert(found, diagnostic(place.start, place["end"], finding, finding.rule))
    end
  end
  for _, problem in ipairs(report.problems) do
    if problem.path == name then
      local first = { line = 1, column_utf8 = 1 }
      local start = type(problem.start) == "table" and problem.start or first
      local stop = type(problem["end"]) == "table" and problem["end"] or first
      table.insert(found, diagnostic(start, stop, problem, problem.code))
    end
  end
  return found
end

-- Looks at a buffer; the diagnostics appear when the answer is there.
function M.check(buffer, options)
  local name = vim.api.nvim_buf_get_name(buffer)
  if name == "" then
    return
  end
  local command = vim.list_extend({}, options.command)
  vim.list_extend(command, { "--format", "json", "--stdin-filename", name, "-" })
  if jobs[buffer] then
    vim.fn.jobstop(jobs[buffer])
  end
  local answer = {}
  local job
  job = vim.fn.jobstart(command, {
    stdout_buffered = true,
    on_stdout = function(_, lines)
      answer = lines
    end,
    on_exit = function()
      -- An older answer is about a text that is no longer there.
      if jobs[buffer] ~= job or not vim.api.nvim_buf_is_valid(buffer) then
        return
      end
      jobs[buffer] = nil
      local read, report = pcall(vim.json.decode, table.concat(answer, "\n"))
      if read and type(report) == "table" and report.version == 1 then
        vim.diagnostic.set(namespace, buffer, M.diagnostics(report, name))
      end
    end,
  })
  if job <= 0 then
    vim.notify_once("maillint: cannot run " .. options.command[1], vim.log.levels.WARN)
    return
  end
  jobs[buffer] = job
  local lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  vim.fn.chansend(job, table.concat(lines, "\n") .. "\n")
  vim.fn.chanclose(job, "stdin")
end

function M.setup(options)
  options = vim.tbl_extend("force", defaults, options or {})
  vim.api.nvim_create_autocmd(options.events, {
    pattern = options.pattern,
    group = vim.api.nvim_create_augroup("maillint", { clear = true }),
    callback = function(event)
      M.check(event.buf, options)
    end,
  })
end

return M
