using System.Buffers;

namespace InboundBridge.Mime.Headers;

/// <summary>A media type that is safe to write into a header line, whatever the mail says.</summary>
public static class MediaTypeText
{
    private const string Unknown = "application/octet-stream";

    /// <summary>Most characters of each half (RFC 6838 §4.2).</summary>
    private const int Longest = 127;

    /// <summary>A token of RFC 9110 §5.6.2, which is narrower than a token of mail: receivers read forms by HTTP's rules.</summary>
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Lower case; <c>application/octet-stream</c> if the text is not a media type. Parameters are cut off.</summary>
    public static string Of(string? text)
    {
        var type = text.AsSpan();
        type = (type.IndexOf(';') is >= 0 and var end ? type[..end] : type).Trim(' ');
        var slash = type.IndexOf('/');
        return slash >= 0 && IsToken(type[..slash]) && IsToken(type[(slash + 1)..]) ? type.ToString().ToLowerInvariant() : Unknown;
    }

    private static bool IsToken(ReadOnlySpan<char> text) => text.Length is > 0 and <= Longest && !text.ContainsAnyExcept(TokenCharacters);
}
