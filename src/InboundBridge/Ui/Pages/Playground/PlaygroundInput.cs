namespace InboundBridge.Ui.Pages.Playground;

/// <summary>What somebody tries out.</summary>
/// <param name="Mail">Header and body, as text.</param>
/// <param name="To">Recipients, separated by commas or spaces.</param>
public sealed record PlaygroundInput(string Mail, string From, string To, string ClientIp, string Helo)
{
    /// <summary>Facts in place of what session, mail and checks would say, by their keys.</summary>
    public IReadOnlyDictionary<string, string> Given { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public static PlaygroundInput Example { get; } = new(
        "From: Al Green <al@customer.example>\nTo: support+42@example.com\nSubject: The printer is on fire\n\nIt began after lunch. Please hurry.\n",
        "al@customer.example", "support+42@example.com", "192.0.2.1", "mail.customer.example");
}
