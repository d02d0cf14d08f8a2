using System.Text;
using System.Text.RegularExpressions;

namespace InboundBridge.Rules.Patterns;

/// <summary>
/// A fixed text that every match of an expression contains. Searching for it first avoids building and running most automata.
/// </summary>
/// <param name="IsPrefix">Every match begins with the text.</param>
internal readonly record struct RegexLiteral(string Text, bool IsPrefix, bool IgnoreCase)
{
    /// <summary>
    /// The longest run of plain characters outside groups and classes; empty where the expression has alternatives or no such run.
    /// </summary>
    public static RegexLiteral Find(string expression, RegexOptions options)
    {
        if (options.HasFlag(RegexOptions.IgnorePatternWhitespace))
            return new RegexLiteral(string.Empty, false, false);
        var scan = new Scan(expression);
        var ignoreCase = options.HasFlag(RegexOptions.IgnoreCase);
        if (!scan.Run())
            return new RegexLiteral(string.Empty, false, ignoreCase);
        if (!options.HasFlag(RegexOptions.Multiline) && scan.Prefix.Length > 0)
            return new RegexLiteral(scan.Prefix, true, ignoreCase);
        return new RegexLiteral(scan.Longest, false, ignoreCase);
    }

    /// <summary>The expression has, or may have, a construct that linear-time matching does not support; only building it tells.</summary>
    public static bool MayNeedBacktracking(string expression) =>
        expression.Contains("(?", StringComparison.Ordinal) && !expression.Contains("(?:", StringComparison.Ordinal)
            && !expression.Contains("(?<", StringComparison.Ordinal)
        || expression.Contains("(?=", StringComparison.Ordinal) || expression.Contains("(?!", StringComparison.Ordinal)
        || expression.Contains("(?<=", StringComparison.Ordinal) || expression.Contains("(?<!", StringComparison.Ordinal)
        || expression.Contains("(?>", StringComparison.Ordinal) || expression.Contains("(?(", StringComparison.Ordinal)
        || expression.Contains('\\') && HasReference(expression);

    /// <summary>
    /// The text can't match. Outside ASCII, string comparison and expressions fold case differently (one takes the Kelvin sign for a k), so
    /// other text is never excluded.
    /// </summary>
    public bool Excludes(string text)
    {
        if (Text.Length == 0 || IgnoreCase && !System.Text.Ascii.IsValid(text))
            return false;
        var comparison = IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return IsPrefix ? !text.StartsWith(Text, comparison) : !text.Contains(Text, comparison);
    }

    private static bool HasReference(string expression)
    {
        for (var index = 0; index + 1 < expression.Length; index++)
        {
            if (expression[index] == '\\' && expression[++index] is (>= '1' and <= '9') or 'k' or 'G')
                return true;
        }
        return false;
    }

    /// <summary>Scans the top level of an expression for runs of plain characters.</summary>
    private sealed class Scan(string expression)
    {
        private readonly StringBuilder _run = new();
        private bool _runFromStart;

        public string Prefix { get; private set; } = string.Empty;

        public string Longest { get; private set; } = string.Empty;

        /// <summary>False when the expression has a construct that the scan does not understand.</summary>
        public bool Run()
        {
            var index = 0;
            if (expression.StartsWith('^'))
            {
                _runFromStart = true;
                index = 1;
            }
            while (index < expression.Length)
            {
                var letter = expression[index];
                if (letter == '|' || letter == '(' && expression.AsSpan(index).StartsWith("(?")
                    && !expression.AsSpan(index).StartsWith("(?:") && !expression.AsSpan(index).StartsWith("(?<"))
                    return false;
                if (letter is '*' or '?' or '{' or '+')
                {
                    // A repeated character may be missing. With + one repetition is certain, but the run behind it is not.
                    if (_run.Length > 0)
                        _run.Length--;
                    End();
                    index++;
                    if (letter == '{' && (index = expression.IndexOf('}', index) + 1) == 0)
                        return false;
                }
                else if (letter is '(' or '[')
                {
                    End();
                    if ((index = letter == '(' ? AfterGroup(index) : AfterClass(index)) < 0)
                        return false;
                }
                else if (letter is '.' or '$' or '^')
                {
                    End();
                    index++;
                }
                else if (letter == '\\')
                {
                    if (++index == expression.Length)
                        return false;
                    if (char.IsAsciiLetterOrDigit(expression[index]))
                    {
                        End();
                        // Escapes that span more characters (\x41, \u0041, \cA, \p{…}) are not understood here.
                        if (expression[index] is not (
                            'd' or 'D' or 'w' or 'W' or 's' or 'S' or 'b' or 'B' or 'n' or 't' or 'r' or 'A' or 'z' or 'Z'))
                            return false;
                    }
                    else
                        _run.Append(expression[index]);
                    index++;
                }
                else
                {
                    if (letter > '~')
                        return false;
                    _run.Append(letter);
                    index++;
                }
            }
            End();
            return true;
        }

        private void End()
        {
            if (_runFromStart)
                Prefix = _run.ToString();
            if (_run.Length > Longest.Length)
                Longest = _run.ToString();
            _run.Clear();
            _runFromStart = false;
        }

        private int AfterGroup(int index)
        {
            var depth = 0;
            for (; index < expression.Length; index++)
            {
                switch (expression[index])
                {
                    case '\\':
                        index++;
                        break;
                    case '[':
                        if ((index = AfterClass(index) - 1) < 0)
                            return -1;
                        break;
                    case '(':
                        depth++;
                        break;
                    case ')' when --depth == 0:
                        return index + 1;
                }
            }
            return -1;
        }

        private int AfterClass(int index)
        {
            index++;
            if (index < expression.Length && expression[index] == '^')
                index++;
            if (index < expression.Length && expression[index] == ']')
                index++;
            for (; index < expression.Length; index++)
            {
                if (expression[index] == '[')
                    return -1;
                if (expression[index] == '\\')
                    index++;
                else if (expression[index] == ']')
                    return index + 1;
            }
            return -1;
        }
    }
}
