using InboundBridge.MailFlow.Delivery.MailSigning;
using InboundBridge.MailFlow.Delivery.SevenBit;
using InboundBridge.MailFlow.Delivery.SmtpSending;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.SenderRewriting;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Client;
using InboundBridge.Smtp.Polling;
using InboundBridge.Smtp.Protocol;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Delivery.SmtpRelay;

/// <summary>
/// Makes the mail that a relay sends from a delivery: the rule's header edits, the rewritten sender, the signatures.
/// </summary>
internal sealed class RelayMailFactory
{
    private readonly bool _mayConvert;
    private readonly string _temporaryFolder;
    private readonly SenderRewriter? _rewriter;
    private readonly MailSigner _signer;
    private readonly string _name;
    private readonly ILogger _log;

    /// <param name="temporaryFolder">For large mails that are converted.</param>
    /// <exception cref="FormatException">A file of a signing key holds none.</exception>
    /// <exception cref="IOException">A file of a signing key can't be read.</exception>
    public RelayMailFactory(RelayOptions options, string temporaryFolder, TimeProvider clock, ILogger log)
    {
        (_mayConvert, _temporaryFolder, _name, _log) = (options.Convert, temporaryFolder, options.Name, log);
        _rewriter = options.Srs is { } srs ? new SenderRewriter(srs, clock) : null;
        _signer = new MailSigner(options.Dkim, options.Arc, options.Hostname, clock);
    }

    /// <exception cref="IOException">The stored mail can't be read.</exception>
    public async ValueTask<RelayMail> ComposeAsync(DeliveryAttempt attempt, CancellationToken cancellationToken)
    {
        var outgoing = await OutgoingMessage.ComposeAsync(attempt, string.Empty, cancellationToken);
        var (signed, omitted) = await SignAsync(outgoing, attempt.Message, cancellationToken);
        if (omitted.Reason is { } reason)
            _log.SignatureOmitted(attempt.Message.Id, _name, string.Join(", ", omitted.OmittedDomains), reason);
        var message = SmtpMessageFactory.Create(attempt, signed);
        if (_rewriter is not null && message.Sender.Length > 0)
            message = message with { Sender = Rewritten(message.Sender) };
        // Bounces are ours: nobody else's signature breaks, and one that is not sent tells its sender nothing.
        var mayConvert = _mayConvert || attempt.Message.Cause is not null;
        return new RelayMail(message, mayConvert ? target => ConvertAsync(outgoing, target, attempt.Message, cancellationToken) : null);
    }

    /// <summary>Our own signatures are made over the converted mail. Those that the mail brought may break.</summary>
    private async Task<ConvertedMail> ConvertAsync(
        MailContent mail, SevenBitTarget target, SpooledMessage message, CancellationToken cancellationToken)
    {
        var converted = await SevenBitMail.ConvertAsync(mail, target, SevenBitOptions.Default, _temporaryFolder, cancellationToken);
        if (converted.Content is not { } content)
            return new ConvertedMail(converted, null);
        try
        {
            return new ConvertedMail(converted, (await SignAsync(content, message, cancellationToken)).Mail);
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    private async ValueTask<(MailContent Mail, SignedFields Fields)> SignAsync(
        MailContent mail, SpooledMessage message, CancellationToken cancellationToken)
    {
        if (!_signer.HasKeys)
            return (mail, default);
        // A signature takes up to a millisecond.
        await PollingThread.Leave();
        var fields = await _signer.SignAsync(mail, message, cancellationToken);
        return (OutgoingMessage.Compose(mail, [], fields.Text), fields);
    }

    private string Rewritten(string sender) => RewrittenSender.Of(_rewriter!, sender) is { } rewritten
        ? new SmtpAddress(rewritten.Local, rewritten.Domain).ToString()
        : sender;
}
