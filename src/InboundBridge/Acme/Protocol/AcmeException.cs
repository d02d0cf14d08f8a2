namespace InboundBridge.Acme.Protocol;

/// <summary>Why the authority issues no certificate now, in words for the operator.</summary>
/// <param name="remedy">What the operator can do; null where waiting is all.</param>
internal sealed class AcmeException(string message, string? remedy = null, Exception? inner = null) : Exception(message, inner)
{
    public string? Remedy { get; } = remedy;

    /// <summary>The authority asked to come back after this time; null where it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The authority has had enough requests from us: asking again sooner only makes it longer.</summary>
    public bool IsRateLimit { get; init; }

    /// <summary>The error type behind <c>urn:ietf:params:acme:error:</c>; null for other failures.</summary>
    public string? Type { get; init; }

    /// <summary>The status of the answer that refused; 0 for other failures.</summary>
    public int Status { get; init; }
}
