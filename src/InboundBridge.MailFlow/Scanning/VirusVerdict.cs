namespace InboundBridge.MailFlow.Scanning;

/// <summary>The answer of the virus scanner.</summary>
/// <param name="Name">What it found, in printable ASCII; null when it found nothing.</param>
public sealed record VirusVerdict(string? Name)
{
    public static VirusVerdict Clean { get; } = new((string?)null);
}
