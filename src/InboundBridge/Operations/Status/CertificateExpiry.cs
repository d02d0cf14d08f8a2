namespace InboundBridge.Operations.Status;

/// <param name="File">The name of its file, without the folder.</param>
/// <param name="Names">The host names that it is for.</param>
/// <param name="Lifetime">From its begin to its end.</param>
public sealed record CertificateExpiry(string File, IReadOnlyList<string> Names, DateTimeOffset Expires, TimeSpan Lifetime);
