using System.Text;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Authentication;

internal enum SaslResult
{
    /// <summary>The challenge goes out, another response comes in.</summary>
    Continue,
    Accepted,

    /// <summary>Wrong user, password or proof: the peer is not told which.</summary>
    Refused,

    /// <summary>The response is not what the mechanism speaks.</summary>
    Malformed,
}

/// <param name="User">Accepted: who it is; otherwise who it claimed to be, where that is known.</param>
internal readonly record struct SaslStep(SaslResult Result, byte[]? Challenge, string? User)
{
    public static SaslStep Ask(ReadOnlySpan<byte> challenge) => new(SaslResult.Continue, challenge.ToArray(), null);

    public static SaslStep Malformed => new(SaslResult.Malformed, null, null);

    public static SaslStep Decide(bool accepted, string user) => new(accepted ? SaslResult.Accepted : SaslResult.Refused, null, user);
}

/// <summary>One exchange of one mechanism (RFC 4422): responses in, steps out; knows neither lines nor base64.</summary>
internal abstract class SaslExchange
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Who the peer says it is; null before it says so.</summary>
    public string? Named { get; protected set; }

    /// <param name="response">Null: the client gave no initial response.</param>
    public abstract ValueTask<SaslStep> NextAsync(byte[]? response, CancellationToken cancellationToken);

    /// <summary>A name goes on to the log: null when it is empty or holds what must not stand there.</summary>
    protected string? Name(ReadOnlySpan<byte> octets) => Named = Text(octets) is { Length: > 0 } name && PeerText.IsClean(name) ? name : null;

    /// <summary>Null when the octets are no UTF-8, or hold a NUL.</summary>
    protected static string? Text(ReadOnlySpan<byte> octets) =>
        octets.Contains((byte)0) || !System.Text.Unicode.Utf8.IsValid(octets) ? null : Strict.GetString(octets);
}
