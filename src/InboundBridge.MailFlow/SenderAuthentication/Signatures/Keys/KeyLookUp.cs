using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

/// <summary>One question for the key records of a name: planned, then begun.</summary>
/// <param name="domain">The signer's: tag <c>d=</c>.</param>
internal sealed class KeyLookUp(string name, string domain)
{
    private Task<DnsAnswer>? _pending;
    private DnsAnswer? _answer;

    public string Name => name;

    public string Domain => domain;

    public void Begin(IDnsResolver resolver, CancellationToken cancellationToken)
    {
        var asked = resolver.LookUpAsync(name, DnsRecordType.Txt, cancellationToken);
        if (asked.IsCompletedSuccessfully)
            _answer = asked.Result;
        else
            _pending = asked.AsTask();
    }

    /// <summary>After <see cref="Begin"/>.</summary>
    public ValueTask<DnsAnswer> AnswerAsync(CancellationToken cancellationToken) =>
        _answer is { } answer ? ValueTask.FromResult(answer) : WaitAsync(cancellationToken);

    private async ValueTask<DnsAnswer> WaitAsync(CancellationToken cancellationToken) =>
        _answer = await _pending!.WaitAsync(cancellationToken);
}
