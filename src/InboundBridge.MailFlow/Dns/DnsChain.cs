namespace InboundBridge.MailFlow.Dns;

/// <summary>Follows the aliases (CNAME) of one look-up through one or more answers (RFC 1034 §3.6.2).</summary>
/// <param name="name">As <see cref="DnsName.Escape"/> writes it, since the names of records are written so too.</param>
internal sealed class DnsChain(string name, DnsRecordType type)
{
    /// <summary>The longest chain of aliases. The longest in common use have about five.</summary>
    private const int MostAliases = 12;

    private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase) { name };
    private int _timeToLive = int.MaxValue;
    private bool _authenticated = true;

    /// <summary>The name at the current end of the chain.</summary>
    public string Name { get; private set; } = name;

    public int Aliases { get; private set; }

    /// <summary>The chain is a circle, or too long.</summary>
    public bool IsEndless { get; private set; }

    /// <summary>Null while another query for the end of the chain is needed.</summary>
    public DnsAnswer? Answer { get; private set; }

    /// <summary>
    /// The shortest TTL of all records that the answer depends on; zero for a negative answer without an SOA record (RFC 2308 §5).
    /// </summary>
    public TimeSpan TimeToLive => TimeSpan.FromSeconds(_timeToLive == int.MaxValue ? 0 : _timeToLive);

    public void Take(DnsMessage message, bool authenticated)
    {
        _authenticated &= authenticated;
        var started = Aliases;
        while (type != DnsRecordType.Cname && Alias(message) is { } alias)
        {
            _timeToLive = Math.Min(_timeToLive, alias.TimeToLive);
            Name = alias.Host;
            Aliases++;
            if (!_seen.Add(Name) || Aliases > MostAliases)
            {
                IsEndless = true;
                return;
            }
        }
        var records = message.Answers.Where(record => record.Type == type && IsAt(record)).ToArray();
        if (records.Length > 0)
        {
            _timeToLive = Math.Min(_timeToLive, records.Min(record => record.TimeToLive));
            Answer = new DnsAnswer(DnsStatus.Success, records, Name, _authenticated);
        }
        else if (message.ResponseCode == DnsMessage.NameError || Aliases == started || message.Authority.OfType<DnsRecord.Soa>().Any())
        {
            EndWithoutRecords(message);
        }
    }

    private void EndWithoutRecords(DnsMessage message)
    {
        var lifetime = message.Authority.OfType<DnsRecord.Soa>().Select(soa =>
            Math.Min(soa.TimeToLive, soa.Minimum)).DefaultIfEmpty(0).Min();
        _timeToLive = Math.Min(_timeToLive, lifetime);
        var status = message.ResponseCode == DnsMessage.NameError ? DnsStatus.NoSuchName : DnsStatus.NoData;
        Answer = DnsAnswer.Without(status, Name, authenticated: _authenticated);
    }

    private DnsRecord.Target? Alias(DnsMessage message) =>
        message.Answers.OfType<DnsRecord.Target>().FirstOrDefault(record => record.Type == DnsRecordType.Cname && IsAt(record));

    private bool IsAt(DnsRecord record) => string.Equals(record.Name, Name, StringComparison.OrdinalIgnoreCase);
}
