using System.Globalization;
using InboundBridge.Mime.Addresses;

namespace InboundBridge.Ui.Text;

/// <summary>Addresses and lists of them for people.</summary>
internal static class AddressText
{
    /// <summary>Addresses of one field that are written out.</summary>
    private const int Most = 20;

    /// <summary>An envelope's sender, which may be the null reverse-path.</summary>
    public static string Sender(string sender) => sender.Length == 0 ? "<> (null sender)" : ShownText.Line(sender);

    /// <summary>The first recipient, and how many more there are.</summary>
    public static string First(IReadOnlyList<string> recipients) => recipients.Count switch
    {
        0 => "nobody",
        1 => ShownText.Line(recipients[0]),
        var count => string.Create(CultureInfo.InvariantCulture, $"{ShownText.Line(recipients[0])} +{count - 1}"),
    };

    /// <summary>The same for a narrow column, which cuts the end off: as in <c>3 recipients: ann@example.com</c>.</summary>
    public static string Counted(IReadOnlyList<string> recipients) => recipients.Count < 2 ? First(recipients)
        : string.Create(CultureInfo.InvariantCulture, $"{recipients.Count} recipients: {ShownText.Line(recipients[0])}");

    public static string Of(IReadOnlyList<MailboxAddress> addresses)
    {
        var shown = string.Join(", ", addresses.Take(Most).Select(address =>
            ShownText.Line(address.Name.Length == 0 ? address.Address : $"{address.Name} <{address.Address}>")));
        return addresses.Count <= Most ? shown : string.Create(CultureInfo.InvariantCulture, $"{shown} and {addresses.Count - Most} more");
    }
}
