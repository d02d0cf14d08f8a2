namespace InboundBridge.MailFlow.Dns;

/// <summary>Follows the aliases of one look-up through one or more answers (RFC 1034 §3.6.2).</summary>
internal sealed class DnsChain(string name, DnsRecordType type)
{
    private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase) { name };
    private int _timeToLive = int.MaxValue;
    private bool _authenticated = true;

    /// <summary>Where the chain has got to.</summary>
    public string Name { get; private set; } = name;

    public int Aliases { get; private set; }

    public bool IsLoop { get; private set; }

    /// <summary>Null while the end of the chain is still to be asked for.</summary>
    public DnsAnswer? Answer { get; private set; }

    /// <summary>The shortest of all that the answer rests on; zero where nothing says how long a "no" holds (RFC 2308 §5).</summary>
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
            if (!_seen.Add(Name))
            {
                IsLoop = true;
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
            No(message);
        }
    }

    private void No(DnsMessage message)
    {
        var holds = message.Authority.OfType<DnsRecord.Soa>().Select(soa => Math.Min(soa.TimeToLive, soa.Minimum)).DefaultIfEmpty(0).Min();
        _timeToLive = Math.Min(_timeToLive, holds);
        Answer = DnsAnswer.Without(message.ResponseCode == DnsMessage.NameError ? DnsStatus.NoSuchName : DnsStatus.NoData, Name, authenticated: _authenticated);
    }

    private DnsRecord.Target? Alias(DnsMessage message) =>
        message.Answers.OfType<DnsRecord.Target>().FirstOrDefault(record => record.Type == DnsRecordType.Cname && IsAt(record));

    private bool IsAt(DnsRecord record) => string.Equals(record.Name, Name, StringComparison.OrdinalIgnoreCase);
}
