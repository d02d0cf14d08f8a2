using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace InboundBridge.Importing.Providers.Mailgun;

/// <summary>
/// A regular expression of Python's <c>re</c> as a pattern of rules. Python compares from the beginning of the text (<c>re.match</c>), and
/// numbers named and other groups alike; rules capture named groups only.
/// </summary>
internal sealed partial class PythonPattern
{
    /// <summary>Characters that a pattern of a rule may have; some are left for what is put around it.</summary>
    private const int LongestExpression = 4000;

    /// <summary>Names that templates know already.</summary>
    private static readonly HashSet<string> Taken = new(StringComparer.Ordinal)
    {
        "recipient", "recipient_local", "recipient_tag", "recipient_domain", "sender", "sender_domain", "subject", "id", "spf_explanation",
    };

    private readonly string _source;
    private readonly List<string?> _groups = [];
    private readonly StringBuilder _translated = new();
    private Regex? _ofAddresses;

    private PythonPattern(string source) => _source = source;

    /// <summary>The names of its groups by their number, from 1; null for a group without a name.</summary>
    public IReadOnlyList<string?> Groups => _groups;

    /// <summary>Why no rule can have this pattern; null where one can.</summary>
    public string? Problem { get; private set; }

    /// <summary>
    /// The only address that it is meant for: it has no operators but dots, which nobody means as operators there. Null otherwise.
    /// </summary>
    public string? Literal => Part(LiteralText(), "text");

    /// <summary>The only domain of which it takes every address; null otherwise.</summary>
    public string? WholeDomain => Part(WholeDomainText(), "domain");

    /// <summary>The domain that it ends with, as far as it is written out; null otherwise.</summary>
    public string? Domain => Part(DomainText(), "domain");

    /// <param name="first">The number of its first group within the whole expression.</param>
    /// <param name="used">The numbers and names of the groups that actions refer to. The others capture nothing.</param>
    public static PythonPattern Read(string source, int first, IReadOnlySet<string> used)
    {
        var pattern = new PythonPattern(source);
        if (source.Length > LongestExpression)
            pattern.Problem = $"the pattern is longer than {LongestExpression} characters";
        else
            pattern.Translate(first, used);
        return pattern;
    }

    /// <summary>The name of a group that has only a number.</summary>
    public static string NumberedName(int number) => string.Create(CultureInfo.InvariantCulture, $"m{number}");

    /// <summary>The name of a group that has a name in Python.</summary>
    public static string OwnName(string name, int number) =>
        !Name().IsMatch(name) ? NumberedName(number) : Taken.Contains(name) ? $"m_{name}" : name;

    /// <summary>As a rule writes it.</summary>
    public string Written(bool ignoreCase)
    {
        var expression = _translated.ToString();
        var isSimple = !expression.Contains('|', StringComparison.Ordinal) && !expression.StartsWith("(?", StringComparison.Ordinal);
        var anchored = !isSimple ? $"^(?:{expression})" : expression.StartsWith('^') ? expression : $"^{expression}";
        return $"/{anchored}/{(ignoreCase ? "i" : string.Empty)}";
    }

    /// <summary>Whether it matches an address, in any case. The rules below ask this for each of their tests.</summary>
    public bool Matches(string address) => (_ofAddresses ??= Expression(RegexOptions.IgnoreCase)).IsMatch(address);

    private Regex Expression(RegexOptions more) => new($"^(?:{_translated})", Linear | more, Regex.InfiniteMatchTimeout);

    /// <summary>A group of a shape that the source has, without its backslashes; null where the source has another shape.</summary>
    private string? Part(Regex shape, string group) => shape.Match(_source) is { Success: true } match
        ? match.Groups[group].Value.Replace("\\", string.Empty, StringComparison.Ordinal) : null;

    private void Translate(int first, IReadOnlySet<string> used)
    {
        var inClass = false;
        for (var at = 0; at < _source.Length; at++)
        {
            var rest = _source.AsSpan(at);
            if (rest[0] == '\\' && rest.Length > 1)
            {
                // Python's \Z is the very end; .NET's \Z allows a line end behind it.
                _translated.Append(!inClass && rest[1] == 'Z' ? @"\z" : rest[..2]);
                at++;
            }
            else if (inClass || rest[0] == '[')
            {
                at += Class(rest, ref inClass) - 1;
            }
            else if (rest[0] == '(')
            {
                at += Group(rest, first, used) - 1;
            }
            else if (rest.StartsWith("{,") && rest.Length > 2 && char.IsAsciiDigit(rest[2]))
            {
                _translated.Append("{0");
            }
            else
            {
                _translated.Append(rest[0]);
            }
        }
        Problem ??= _translated.Length > LongestExpression ? "the pattern has too many groups that actions refer to" : Fault();
    }

    /// <returns>How many characters were read.</returns>
    private int Class(ReadOnlySpan<char> rest, ref bool inClass)
    {
        if (!inClass)
        {
            // A bracket that is the first of a class is one of its members.
            var length = rest.StartsWith("[^]") ? 3 : rest.StartsWith("[]") ? 2 : rest.StartsWith("[^") ? 2 : 1;
            inClass = true;
            _translated.Append(length > 1 && rest[length - 1] == ']' ? $"{rest[..(length - 1)]}\\]" : rest[..length]);
            return length;
        }
        inClass = rest[0] != ']';
        // In .NET "-[" subtracts a class; in Python a bracket within a class means itself.
        _translated.Append(rest[0] == '[' ? @"\[" : rest[..1]);
        return 1;
    }

    private int Group(ReadOnlySpan<char> rest, int first, IReadOnlySet<string> used)
    {
        var number = first + _groups.Count;
        if (rest.StartsWith("(?P<"))
        {
            var end = rest.IndexOf('>');
            if (end < 0)
            {
                Problem = "a group's name is not closed";
                return rest.Length;
            }
            var name = rest[4..end].ToString();
            _groups.Add(name);
            _translated.Append(used.Contains(name) || IsUsed(number) ? $"(?<{OwnName(name, number)}>" : "(");
            return end + 1;
        }
        if (rest.StartsWith("(?P"))
            Problem = "back-references need more than linear time";
        if (!rest.StartsWith("(?"))
        {
            _groups.Add(null);
            _translated.Append(IsUsed(number) ? $"(?<{NumberedName(number)}>" : "(");
            return 1;
        }
        _translated.Append("(?");
        return 2;

        bool IsUsed(int place) => used.Contains(place.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>What the engine says that rules use.</summary>
    private string? Fault()
    {
        try
        {
            _ = Expression(RegexOptions.None);
            return null;
        }
        catch (NotSupportedException)
        {
            return "look-around and back-references need more than linear time";
        }
        catch (ArgumentException fault)
        {
            return $"the pattern is no regular expression here: {fault.Message.ReplaceLineEndings(" ")}";
        }
    }

    private const RegexOptions Linear = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    // What ends before the domain does, as "help@", is the beginning of many addresses.
    [GeneratedRegex(@"^\^?(?<text>([A-Za-z0-9_.-]|\\[.+_-])+\\?@([A-Za-z0-9-]+\\?\.)+[A-Za-z0-9-]+)(\$|\\Z)?\z", Linear)]
    private static partial Regex LiteralText();

    [GeneratedRegex(
        @"^\^?\(?\.[*+]\)?@(?<domain>([A-Za-z0-9-]+\\?\.)+[A-Za-z0-9-]+)(\$|\\Z)?\z", Linear)]
    private static partial Regex WholeDomainText();

    [GeneratedRegex(@"@(?<domain>([A-Za-z0-9-]+\\?\.)+[A-Za-z0-9-]+)\)?(\$|\\Z)?\z", Linear)]
    private static partial Regex DomainText();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,60}\z", Linear)]
    private static partial Regex Name();
}
