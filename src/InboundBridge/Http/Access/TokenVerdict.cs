using InboundBridge.Configuration.Options;

namespace InboundBridge.Http.Access;

/// <summary>What became of a bearer token.</summary>
internal abstract record TokenVerdict
{
    private TokenVerdict()
    {
    }

    internal sealed record Right(HttpToken Token) : TokenVerdict;

    internal sealed record Wrong : TokenVerdict;

    /// <summary>The client has sent too many wrong ones: this one was not looked at.</summary>
    internal sealed record TooMany(TimeSpan RetryAfter) : TokenVerdict;

    /// <summary>Too many are being checked.</summary>
    internal sealed record Busy(TimeSpan RetryAfter) : TokenVerdict;
}
