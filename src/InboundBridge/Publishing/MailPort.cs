using System.Net;

namespace InboundBridge.Publishing;

/// <summary>Whether port 25 of our addresses is open, as seen from here, and whether it is this server that answers.</summary>
/// <param name="host">Our name.</param>
internal sealed class MailPort(string host, Func<IPEndPoint, CancellationToken, ValueTask<MailPortAnswer>> greet)
{
    private const int Port = 25;

    /// <summary>Addresses that are tried. A mail server has one or two.</summary>
    private const int MostAddresses = 8;

    public async Task<IReadOnlyList<RecordFinding>> CheckAsync(IReadOnlyList<IPAddress> addresses, CancellationToken cancellationToken)
    {
        var tried = addresses.Take(MostAddresses).ToArray();
        // At the same time: a firewall that drops packets costs the whole patience.
        var answers = await Task.WhenAll(tried.Select(address => greet(new IPEndPoint(address, Port), cancellationToken).AsTask()));
        return [.. tried.Zip(answers, Judge)];
    }

    private RecordFinding Judge(IPAddress address, MailPortAnswer answer)
    {
        var (state, advice) = answer switch
        {
            { Greeting: { } greeting } when IsOurs(greeting) => (RecordState.Ok, (string?)null),
            { Greeting: { } greeting } when greeting.StartsWith("220", StringComparison.Ordinal) =>
                (RecordState.Warning, $"another server answers, or one with another 'hostname' than {host}"),
            { Greeting: not null } => (RecordState.Warning, "it does not want to talk to this machine; others may fare better"),
            { IsRefused: true } => (RecordState.ToDo, "nothing listens there: start the appliance with a listener on port 25, or open the port"),
            _ => (RecordState.Warning,
                $"can't be reached from here ({answer.Problem}): open the port in the firewall, and try from outside, "
                + "because many networks let nobody out on port 25"),
        };
        return new RecordFinding(
            address.ToString(), RecordFinding.Port, $"220 {host}", state, answer.Greeting is { } seen ? [seen] : [], advice);
    }

    /// <summary>RFC 5321 §4.2: the code, and the server's name as the first word.</summary>
    private bool IsOurs(string greeting) =>
        greeting.Length > 4 && greeting.StartsWith("220", StringComparison.Ordinal) && (greeting[3] is ' ' or '-')
        && greeting[4..].Split(' ')[0].Equals(host, StringComparison.OrdinalIgnoreCase);
}
