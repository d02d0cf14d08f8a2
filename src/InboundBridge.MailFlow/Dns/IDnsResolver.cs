namespace InboundBridge.MailFlow.Dns;

/// <summary>Looks names up in the DNS; in tests, in a zone.</summary>
public interface IDnsResolver
{
    /// <param name="name">Fully qualified, with or without the final dot, in A-labels. A text that can't be a name does not exist.</param>
    /// <param name="cancellationToken">Ends the wait, and the query on the network when nobody else waits for it.</param>
    /// <returns>Throws only when cancelled; every failure is a status.</returns>
    ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken);

    /// <summary>The answer, where it is known without asking anybody.</summary>
    DnsAnswer? FindKnown(string name, DnsRecordType type) => null;

    /// <summary>The same resolver for look-ups that a client causes. They count against that client's share of it.</summary>
    /// <param name="client">What counts as one client: an IPv4 address, or an IPv6 /64.</param>
    IDnsResolver For(UInt128 client) => this;

    /// <summary>
    /// The same resolver for questions that come before the client's others, which may be many and wait for silent servers.
    /// </summary>
    IDnsResolver Urgent => this;
}
