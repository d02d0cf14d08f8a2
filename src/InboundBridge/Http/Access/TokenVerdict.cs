using InboundBridge.Configuration.Options;

namespace InboundBridge.Http.Access;

/// <summary>The result of checking a bearer token.</summary>
internal abstract record TokenVerdict
{
    private TokenVerdict()
    {
    }

    internal sealed record Right(HttpToken Token) : TokenVerdict;

    internal sealed record Wrong : TokenVerdict;

    /// <summary>The client has sent too many wrong tokens; this one was not checked.</summary>
    internal sealed record TooMany(TimeSpan RetryAfter) : TokenVerdict;

    /// <summary>Too many tokens are being checked at the moment.</summary>
    internal sealed record Busy(TimeSpan RetryAfter) : TokenVerdict;
}
