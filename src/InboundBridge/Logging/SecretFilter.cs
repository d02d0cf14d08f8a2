using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using InboundBridge.Configuration.Secrets;
using InboundBridge.Logging.Syslog;

namespace InboundBridge.Logging;

/// <summary>
/// The last line of defence against leaked secrets: replaces the configuration's secrets wherever they appear in a log line, for example
/// in an exception's text or in a peer's reply that echoes them.
/// </summary>
internal sealed class SecretFilter
{
    /// <summary>Characters. Shorter secrets are not hidden: they would also match ordinary words.</summary>
    private const int ShortestSecret = 6;

    /// <summary>
    /// Up to this many secrets are searched for one by one in the line's octets. More are searched for all at once, which is only possible
    /// in decoded characters.
    /// </summary>
    private const int Few = 4;

    private readonly string[] _secrets;
    private readonly byte[][] _octets;
    private readonly SearchValues<string> _search;

    public SecretFilter(IEnumerable<string> secrets)
    {
        _secrets =
            [.. secrets.Where(secret => secret.Length >= ShortestSecret).SelectMany(Written).Distinct(StringComparer.Ordinal)
                .OrderByDescending(secret => secret.Length)];
        _octets = [.. _secrets.Select(Encoding.UTF8.GetBytes)];
        _search = SearchValues.Create(_secrets, StringComparison.Ordinal);
    }

    public static SecretFilter None { get; } = new([]);

    /// <returns>Null when there is nothing to hide, which is nearly always.</returns>
    public byte[]? Hide(ReadOnlySpan<byte> line) => _secrets.Length <= Few ? HideFew(line) : HideMany(line);

    /// <summary>
    /// A secret as the formats of the log write it: lines are searched after their values were escaped, and people choose passwords with
    /// quotes and backslashes.
    /// </summary>
    private static IEnumerable<string> Written(string secret)
    {
        yield return secret;
        yield return JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret);
        yield return TextValue.Escape(secret);
        yield return SyslogLine.Escaped(secret);
    }

    private byte[]? HideFew(ReadOnlySpan<byte> line)
    {
        foreach (var secret in _octets)
        {
            if (line.IndexOf(secret) >= 0)
                return Without(Encoding.UTF8.GetString(line));
        }
        return null;
    }

    private byte[]? HideMany(ReadOnlySpan<byte> line)
    {
        var letters = ArrayPool<char>.Shared.Rent(line.Length);
        try
        {
            var length = Encoding.UTF8.GetChars(line, letters);
            return letters.AsSpan(0, length).ContainsAny(_search) ? Without(letters.AsSpan(0, length).ToString()) : null;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(letters);
        }
    }

    private byte[] Without(string text)
    {
        foreach (var secret in _secrets)
            text = text.Replace(secret, Secret.Shown, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text);
    }
}
