namespace InboundBridge.Demo;

/// <summary>
/// The domains that send the sample mails, with the address of their mail server (RFC 5737: addresses for documentation). Their SPF and
/// DMARC records allow that address alone.
/// </summary>
internal static class DemoSenders
{
    /// <summary>The one who forges sends from here.</summary>
    public const string Forger = "198.51.100.66";

    private static readonly Dictionary<string, string> Addresses = new(StringComparer.Ordinal)
    {
        ["customer.example"] = "192.0.2.1",
        ["supplier.example"] = "192.0.2.20",
        ["partner.example"] = "192.0.2.30",
        ["shop.example"] = "192.0.2.40",
        ["bank.example"] = "192.0.2.50",
        ["visitor.example"] = "192.0.2.60",
    };

    /// <summary>TXT records by name.</summary>
    public static IReadOnlyDictionary<string, string> Records { get; } = Addresses
        .SelectMany(each => new[]
        {
            KeyValuePair.Create(each.Key, $"v=spf1 ip4:{each.Value} -all"),
            KeyValuePair.Create($"mail.{each.Key}", $"v=spf1 ip4:{each.Value} -all"),
            KeyValuePair.Create($"_dmarc.{each.Key}", "v=DMARC1; p=reject"),
        })
        .ToDictionary(StringComparer.Ordinal);

    /// <summary>What the server with this address says in EHLO.</summary>
    public static string NameOf(string clientIp) =>
        Addresses.FirstOrDefault(each => each.Value == clientIp).Key is { } domain ? $"mail.{domain}" : "mail.forger.example";

    public static string AddressOf(string sender) => Addresses.GetValueOrDefault(sender[(sender.IndexOf('@') + 1)..], "192.0.2.99");
}
