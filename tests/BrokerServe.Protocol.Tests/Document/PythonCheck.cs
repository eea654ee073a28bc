namespace BrokerServe.Protocol.Tests.Document;

/// <summary>
/// Finds what a typing or pasting error does to Python: an open bracket or string, a colon without a body, an indentation that belongs
/// nowhere. It needs no interpreter, so it runs wherever the tests run; it is no compiler.
/// </summary>
internal sealed class PythonCheck
{
    private static readonly string[] Openers =
        ["def", "class", "if", "elif", "else", "for", "while", "try", "except", "finally", "with"];

    private readonly List<string> _problems = [];
    private readonly Stack<(char Bracket, int Line)> _open = new();
    private readonly Stack<int> _indents = new([0]);
    private string _logical = "";
    private bool _expectsBody;

    public static IReadOnlyList<string> Problems(IReadOnlyList<string> lines)
    {
        var check = new PythonCheck();
        for (var i = 0; i < lines.Count; i++)
        {
            check.Line(lines[i], i + 1);
        }

        check.End(lines.Count);
        return check._problems;
    }

    private void Line(string line, int number)
    {
        if (line.Contains('\t') || line.EndsWith(' '))
        {
            _problems.Add($"Line {number} has a tab, or a blank at its end.");
        }

        var code = WithoutStringsAndRemarks(line, number);
        if (_open.Count == 0 && _logical.Length == 0)
        {
            if (code.Trim().Length == 0)
            {
                return;
            }

            Indent(code.Length - code.TrimStart().Length, number);
        }

        _logical += code.Trim() + " ";
        foreach (var c in code)
        {
            Bracket(c, number);
        }

        if (_open.Count == 0)
        {
            EndLogicalLine(number);
        }
    }

    private void Indent(int indent, int number)
    {
        if (_expectsBody != (indent > _indents.Peek()))
        {
            _problems.Add(_expectsBody ? $"Line {number} should be indented." : $"Line {number} should not be indented.");
        }

        while (indent < _indents.Peek())
        {
            _indents.Pop();
        }

        if (indent > _indents.Peek())
        {
            if (_expectsBody)
            {
                _indents.Push(indent);
            }
            else
            {
                _problems.Add($"Line {number} is indented like nothing before it.");
            }
        }

        _expectsBody = false;
    }

    private void Bracket(char c, int number)
    {
        if (c is '(' or '[' or '{')
        {
            _open.Push((c, number));
        }
        else if (c is ')' or ']' or '}')
        {
            var opening = c switch { ')' => '(', ']' => '[', _ => '{' };
            if (!_open.TryPop(out var last) || last.Bracket != opening)
            {
                _problems.Add($"Line {number} closes a '{opening}' that is not open.");
            }
        }
    }

    private void EndLogicalLine(int number)
    {
        var line = _logical.Trim();
        _logical = "";
        var opens = Openers.Contains(line.Split(' ', ':', '(')[0]);
        _expectsBody = line.EndsWith(':');
        if (opens != _expectsBody)
        {
            _problems.Add(opens ? $"Line {number} misses its colon." : $"Line {number} ends with a colon.");
        }
    }

    private void End(int number)
    {
        if (_open.TryPeek(out var open))
        {
            _problems.Add($"The '{open.Bracket}' of line {open.Line} is never closed.");
        }

        if (_expectsBody)
        {
            _problems.Add($"Line {number} is the last, and misses its body.");
        }
    }

    /// <summary>The line with every string emptied and the remark cut off.</summary>
    private string WithoutStringsAndRemarks(string line, int number)
    {
        var code = "";
        for (var i = 0; i < line.Length && line[i] != '#'; i++)
        {
            code += line[i];
            if (line[i] is not ('"' or '\''))
            {
                continue;
            }

            var quote = line.Substring(i, 1);
            if (line.AsSpan(i).StartsWith(quote + quote + quote))
            {
                quote += quote + quote;
            }

            var end = i + quote.Length;
            while (end < line.Length && !line.AsSpan(end).StartsWith(quote))
            {
                end += line[end] == '\\' ? 2 : 1;
            }

            if (end >= line.Length)
            {
                _problems.Add($"Line {number} has a string without an end.");
                return code;
            }

            i = end + quote.Length - 1;
            code += line[i];
        }

        return code;
    }
}
