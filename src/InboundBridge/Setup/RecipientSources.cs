using System.Net;
using System.Net.Sockets;
using InboundBridge.Configuration.Destinations;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Reception.Recipients;
using InboundBridge.Smtp.Client;

namespace InboundBridge.Setup;

/// <summary>Makes the directory of recipients from configuration <c>recipients</c>.</summary>
internal static class RecipientSources
{
    /// <summary>The sending server waits meanwhile. RFC 5321 §4.5.3.2.3 gives RCPT five minutes, but many clients give up sooner.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = Patience,
    })
    {
        Timeout = System.Threading.Timeout.InfiniteTimeSpan,
    };

    /// <summary>Null: every address of our domains is passed to the rules.</summary>
    public static RecipientDirectory? Create(ApplianceOptions options, AddressPatterns? listed, TimeProvider clock)
    {
        if (options.Recipients is not { KnowsWhoExists: true } recipients)
            return null;
        var callouts = new List<IRecipientSource>();
        if (recipients.Url is { } url)
            callouts.Add(new HttpRecipientSource(Http, url, Patience, clock));
        List<SmtpClientOptions> asked =
        [
            .. options.Destinations.Where(destination => destination.Name == recipients.Verify).Take(1).Select(Client),
        ];
        callouts.AddRange(asked.Select(client => new CalloutRecipientSource(client, clock)));
        // Every node with the same sources has the same answers, unless they are each node's own.
        return new RecipientDirectory(listed, callouts, recipients.Cache, clock)
        {
            Scope = $"{recipients.Url} {string.Join(' ', asked.Select(client => client.Server))}",
            IsLocal = (recipients.Url is { } service && Uri.TryCreate(service, UriKind.Absolute, out var uri) && IsLocal(uri.IdnHost))
                || asked.Exists(client => client.Server.IsLocal || IsLocal(client.Server.Host)),
        };
    }

    /// <summary>A path is a socket of this machine. Link-local addresses may be another machine on each network.</summary>
    private static bool IsLocal(string host)
    {
        var name = host.TrimEnd('.').Trim('[', ']');
        if (!IPAddress.TryParse(name, out var address))
        {
            return name.Length == 0 || name[0] is '/' or '@' || name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
        }
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return IPAddress.IsLoopback(plain) || plain.Equals(IPAddress.Any) || plain.Equals(IPAddress.IPv6Any) || plain.IsIPv6LinkLocal
            || (plain.AddressFamily == AddressFamily.InterNetwork && plain.GetAddressBytes() is [169, 254, ..]);
    }

    private static SmtpClientOptions Client(DestinationSettings destination)
    {
        var options = DestinationKinds.Of(destination).Callout(destination)
            ?? throw new InvalidOperationException($"{destination.Name} passed validation and can't be asked for recipients");
        return options with { ConnectTimeout = Patience, CommandTimeout = Patience };
    }
}
