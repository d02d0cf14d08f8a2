using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

/// <summary>One question for the key records of a name, asked when it is created.</summary>
internal sealed class KeyLookUp
{
    private readonly Task<DnsAnswer>? _pending;
    private DnsAnswer? _answer;

    private KeyLookUp(string name, ValueTask<DnsAnswer> asked)
    {
        Name = name;
        if (asked.IsCompletedSuccessfully)
            _answer = asked.Result;
        else
            _pending = asked.AsTask();
    }

    public string Name { get; }

    public static KeyLookUp Start(string name, IDnsResolver resolver, CancellationToken cancellationToken) =>
        new(name, resolver.LookUpAsync(name, DnsRecordType.Txt, cancellationToken));

    public ValueTask<DnsAnswer> AnswerAsync(CancellationToken cancellationToken) =>
        _answer is { } answer ? ValueTask.FromResult(answer) : WaitAsync(cancellationToken);

    private async ValueTask<DnsAnswer> WaitAsync(CancellationToken cancellationToken) =>
        _answer = await _pending!.WaitAsync(cancellationToken);
}
