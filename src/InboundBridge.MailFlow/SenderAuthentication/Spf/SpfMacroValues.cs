using System.Globalization;
using System.Text;

namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>What the macro letters stand for in one check (RFC 7208 §7.2).</summary>
internal sealed class SpfMacroValues(SpfIdentity identity, SpfClient client, string helo, string receiver, TimeProvider clock)
{
    /// <summary>RFC 8616 §4: a term that names such a local part matches nothing.</summary>
    public bool HasAsciiLocalPart { get; } = Ascii.IsValid(identity.LocalPart);

    /// <param name="letter">In lower case, one that the parser lets through.</param>
    /// <param name="domain">The domain whose record is evaluated.</param>
    /// <param name="clientName">The confirmed name of the client, or <c>unknown</c>.</param>
    public string Find(char letter, string domain, string clientName) => letter switch
    {
        's' => identity.Sender,
        'l' => identity.LocalPart,
        'o' => identity.Domain,
        'd' => domain,
        'i' => client.Dotted,
        'p' => clientName,
        'v' => client.ReverseZone,
        'h' => helo,
        'c' => client.Readable,
        'r' => receiver,
        't' => clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        _ => throw new ArgumentOutOfRangeException(nameof(letter), letter, null),
    };
}
