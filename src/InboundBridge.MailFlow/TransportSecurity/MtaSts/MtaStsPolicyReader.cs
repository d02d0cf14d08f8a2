using System.Buffers;
using System.Globalization;
using System.Text;

namespace InboundBridge.MailFlow.TransportSecurity.MtaSts;

/// <summary>
/// Reads a policy (RFC 8461 §3.2): lines of <c>key: value</c> that end with CRLF or LF, in any order. Unknown keys are ignored, and so are
/// repetitions of every key but <c>mx</c>. Anything else that the grammar does not allow makes the policy invalid.
/// </summary>
public static class MtaStsPolicyReader
{
    /// <summary>Octets of a policy (RFC 8461 §3.3 suggests this limit).</summary>
    public const int LargestPolicy = 64 * 1024;

    /// <summary>RFC 8461 §3.2: about a year, in seconds.</summary>
    private const long LongestAge = 31_557_600;

    /// <summary>Patterns of mail exchangers. Our choice: no domain has more than a few dozen.</summary>
    private const int MostHosts = 512;

    private const int LongestKey = 32;
    private const int LongestHost = 255;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly SearchValues<char> KeyCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    private static readonly SearchValues<char> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <param name="fault">What is wrong, for the log and for reports; empty for a valid policy.</param>
    public static bool TryRead(ReadOnlySpan<byte> octets, out MtaStsPolicy? policy, out string fault)
    {
        policy = null;
        if (octets.Length > LargestPolicy)
        {
            fault = "the policy is larger than 64 KB";
            return false;
        }
        string text;
        try
        {
            text = Strict.GetString(octets);
        }
        catch (DecoderFallbackException)
        {
            fault = "the policy is not UTF-8";
            return false;
        }
        var draft = new Draft();
        fault = draft.Read(text) ?? draft.Missing() ?? string.Empty;
        if (fault.Length > 0)
            return false;
        policy = draft.ToPolicy();
        return true;
    }

    /// <summary>Names and patterns are compared as they are, so they are checked strictly. Names outside ASCII are in A-labels.</summary>
    internal static bool IsHostPattern(ReadOnlySpan<char> pattern)
    {
        if (pattern.StartsWith("*."))
            pattern = pattern[2..];
        if (pattern.Length is 0 or > LongestHost || pattern.ContainsAnyExcept(HostCharacters) || pattern[0] == '.' || pattern[^1] == '.')
            return false;
        return pattern.IndexOf("..") < 0;
    }

    private sealed class Draft
    {
        private readonly List<string> _hosts = [];
        private readonly List<string> _lines = [];
        private bool _hasVersion;
        private MtaStsMode? _mode;
        private long? _maxAge;

        /// <summary>Null, or what is wrong with a line.</summary>
        public string? Read(string text)
        {
            var rest = text.AsSpan().TrimEnd("\r\n");
            if (rest.ContainsAnyInRange('\0', '\b') || rest.ContainsAnyInRange('\v', '\f') || rest.ContainsAnyInRange('\x0e', '\x1f'))
                return "the policy has control characters";
            foreach (var range in rest.Split('\n'))
            {
                var line = rest[range];
                if (line.EndsWith('\r'))
                    line = line[..^1];
                if (ReadLine(line.TrimEnd(" \t")) is { } fault)
                    return fault;
            }
            return null;
        }

        public string? Missing()
        {
            if (!_hasVersion)
                return "the policy has no version";
            if (_mode is null)
                return "the policy has no mode";
            if (_maxAge is null)
                return "the policy has no max_age";
            return _hosts.Count == 0 && _mode != MtaStsMode.None ? "the policy names no mx" : null;
        }

        public MtaStsPolicy ToPolicy() => new(_mode!.Value, TimeSpan.FromSeconds(_maxAge!.Value), _hosts, _lines);

        private string? ReadLine(ReadOnlySpan<char> line)
        {
            var colon = line.IndexOf(':');
            if (colon is <= 0 or > LongestKey || line[..colon].ContainsAnyExcept(KeyCharacters) || !char.IsAsciiLetterOrDigit(line[0]))
                return "a line of the policy is not \"key: value\"";
            var value = line[(colon + 1)..].TrimStart(" \t");
            if (value.IsEmpty || value.Contains('\r'))
                return "a line of the policy is not \"key: value\"";
            _lines.Add(line.ToString());
            return line[..colon] switch
            {
                "version" => Version(value),
                "mode" => Mode(value),
                "max_age" => MaxAge(value),
                "mx" => Host(value),
                _ => null,
            };
        }

        private string? Version(ReadOnlySpan<char> value)
        {
            var isFirst = !_hasVersion;
            _hasVersion = true;
            return isFirst && value is not "STSv1" ? "the policy's version is not STSv1" : null;
        }

        private string? Mode(ReadOnlySpan<char> value)
        {
            if (_mode is not null)
                return null;
            _mode = value switch
            {
                "enforce" => MtaStsMode.Enforce,
                "testing" => MtaStsMode.Testing,
                "none" => MtaStsMode.None,
                _ => null,
            };
            return _mode is null ? "the policy's mode is none of enforce, testing and none" : null;
        }

        private string? MaxAge(ReadOnlySpan<char> value)
        {
            if (_maxAge is not null)
                return null;
            if (value.Length > 10 || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
                return "the policy's max_age is no number of seconds";
            _maxAge = Math.Min(seconds, LongestAge);
            return null;
        }

        private string? Host(ReadOnlySpan<char> value)
        {
            var pattern = value.ToString().ToLowerInvariant();
            if (!IsHostPattern(pattern))
                return "an mx of the policy is no host name";
            if (_hosts.Count >= MostHosts)
                return "the policy names too many mx";
            _hosts.Add(pattern);
            return null;
        }
    }
}
