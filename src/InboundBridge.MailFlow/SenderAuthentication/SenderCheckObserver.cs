namespace InboundBridge.MailFlow.SenderAuthentication;

/// <summary>Hears what the checks of mail say. It may be called by several threads.</summary>
public abstract class SenderCheckObserver
{
    /// <param name="method">As in Authentication-Results: iprev, spf, dkim, dmarc; or dnsbl.</param>
    /// <param name="verdict">The record of that method; of dkim the verdicts about signatures and the ARC chain.</param>
    /// <param name="elapsed">From the question to the answer.</param>
    public abstract void Answered(string method, object verdict, TimeSpan elapsed);

    /// <summary>A check failed for a cause of ours, not of the mail or the DNS. Its verdict is a temporary error.</summary>
    public abstract void Faulted(string method, Exception fault);
}
