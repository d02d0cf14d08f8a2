namespace InboundBridge.MailFlow.Dns;

/// <summary>Names looked up: the network's, or a test's zone.</summary>
public interface IDnsResolver
{
    /// <param name="name">Fully qualified, with or without the last dot, A-labels; what can't be a name does not exist.</param>
    /// <returns>Never throws but for cancellation: whatever goes wrong is a status.</returns>
    ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken);
}
