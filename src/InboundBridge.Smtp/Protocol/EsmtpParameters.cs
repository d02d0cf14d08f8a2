using System.Buffers;

namespace InboundBridge.Smtp.Protocol;

/// <summary>Reads the parameters <c>KEY=VALUE KEY …</c> after a path (RFC 5321 §4.1.1.11).</summary>
internal ref struct EsmtpParameters(ReadOnlySpan<char> text)
{
    private static readonly SearchValues<char> KeywordCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    private ReadOnlySpan<char> _rest = text;

    public ReadOnlySpan<char> Keyword { get; private set; }

    public ReadOnlySpan<char> Value { get; private set; }

    public bool HasValue { get; private set; }

    /// <summary>Reading stopped at something that is not a parameter.</summary>
    public bool Malformed { get; private set; }

    public bool MoveNext()
    {
        if (_rest.IsEmpty || Malformed)
            return false;
        var trimmed = _rest.TrimStart(' ');
        if (trimmed.Length == _rest.Length)
        {
            // Text directly after the bracket, as in <a@b>x
            Malformed = true;
            return false;
        }
        if (trimmed.IsEmpty)
            return false;
        var end = trimmed.IndexOf(' ');
        var word = end < 0 ? trimmed : trimmed[..end];
        _rest = trimmed[word.Length..];
        var equals = word.IndexOf('=');
        Keyword = equals < 0 ? word : word[..equals];
        HasValue = equals >= 0;
        Value = HasValue ? word[(equals + 1)..] : default;
        Malformed = Keyword.IsEmpty || Keyword[0] == '-' || Keyword.ContainsAnyExcept(KeywordCharacters) || (HasValue && Value.IsEmpty);
        return !Malformed;
    }

    public readonly bool Is(string keyword) => Keyword.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    public readonly bool ValueIs(string value) => HasValue && Value.Equals(value, StringComparison.OrdinalIgnoreCase);
}
