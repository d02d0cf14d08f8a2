using System.Globalization;
using System.Text;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Client;

/// <summary>
/// How to send one message to one server: the parameters, DATA or BDAT, and which recipients to refuse because the server lacks an
/// extension that the message needs. A pure function of the message, its properties and the server's extensions. A message is never sent in
/// a form that changes its octets.
/// </summary>
internal sealed class SmtpSendPlan
{
    private readonly SmtpClientMessage _message;
    private readonly SmtpExtensions _offered;

    private SmtpSendPlan(SmtpClientMessage message, SmtpExtensions offered)
    {
        _message = message;
        _offered = offered;
    }

    /// <summary>Why the message can't be sent to this server; null when it can.</summary>
    public SmtpReply? Refusal { get; private set; }

    /// <summary>Use BDAT (RFC 3030) instead of DATA.</summary>
    public bool Chunked { get; private set; }

    public string MailCommand { get; private set; } = "";

    private bool SmtpUtf8 { get; set; }

    /// <param name="trustedTls">The connection is encrypted and the server's certificate is valid.</param>
    /// <param name="lmtp">Final delivery, to which REQUIRETLS does not apply (RFC 8689).</param>
    public static SmtpSendPlan Create(SmtpClientMessage message, ContentTraits content, SmtpExtensions offered, bool trustedTls, bool lmtp)
    {
        var plan = new SmtpSendPlan(message, offered);
        plan.Refusal = plan.Unsuitable(content, trustedTls, lmtp);
        if (plan.Refusal is not null)
            return plan;
        plan.Chunked = content.BareNewline || (message.Body == SmtpBodyType.BinaryMime && offered is { Chunking: true, BinaryMime: true });
        // RFC 6531 §3.1: if only some recipients need SMTPUTF8, the message still goes without it to the others.
        plan.SmtpUtf8 = offered.SmtpUtf8 && plan.WantsSmtpUtf8(content);
        plan.MailCommand = plan.Mail(content);
        return plan;
    }

    /// <summary>The command for one recipient, or our refusal of it.</summary>
    public string? Rcpt(SmtpClientRecipient recipient, out SmtpReply? refusal)
    {
        refusal = RefusalOf(recipient);
        if (refusal is not null)
            return null;
        var command = new StringBuilder("RCPT TO:<").Append(recipient.Address).Append('>');
        if (_offered.Dsn)
        {
            if (recipient.Notify != DsnNotify.Unspecified)
                command.Append(" NOTIFY=").Append(Words(recipient.Notify));
            if (recipient.OriginalRecipient is { } original && EnvelopeText.OriginalRecipient(original) is { } encoded)
                command.Append(" ORCPT=").Append(encoded);
        }
        return command.ToString();
    }

    /// <summary>The message, or one of its recipients, is refused without asking the server.</summary>
    public bool RefusesAnything(IReadOnlyList<SmtpClientRecipient> recipients)
    {
        if (Refusal is not null)
            return true;
        for (var index = 0; index < recipients.Count; index++)
        {
            if (RefusalOf(recipients[index]) is not null)
                return true;
        }
        return false;
    }

    private SmtpReply? RefusalOf(SmtpClientRecipient recipient)
    {
        if (!EnvelopeText.IsSafe(recipient.Address))
            return SmtpReply.Create(553, 1, 3, "the recipient's address cannot be written in SMTP", "bad_address");
        return !SmtpUtf8 && !Ascii.IsValid(recipient.Address)
            ? SmtpReply.Create(553, 6, 7, "the server does not take addresses outside ASCII (SMTPUTF8)", "no_smtputf8")
            : null;
    }

    private SmtpReply? Unsuitable(ContentTraits content, bool trustedTls, bool lmtp)
    {
        if (_message.Sender.Length > 0 && !EnvelopeText.IsSafe(_message.Sender))
            return SmtpReply.Create(553, 1, 7, "the sender's address cannot be written in SMTP", "bad_address");
        if (_message.RequireTls && !lmtp && !(trustedTls && _offered.RequireTls))
            return SmtpReply.Create(
                550, 7, 30, "the sender requires TLS on the whole way (REQUIRETLS), and the server does not promise that", "no_requiretls");
        if (!_offered.SmtpUtf8 && !Ascii.IsValid(_message.Sender))
            return SmtpReply.Create(553, 6, 7, "the server does not take a sender outside ASCII (SMTPUTF8)", "no_smtputf8");
        if (!_offered.SmtpUtf8 && _message.SmtpUtf8 && content.EightBitHeader)
            return SmtpReply.Create(553, 6, 7, "the server does not take header fields outside ASCII (SMTPUTF8)", "no_smtputf8");
        if (_offered.SizeLimit is { } limit && _message.Content.Length > limit)
            return SmtpReply.Create(552, 3, 4, $"the mail has {_message.Content.Length} octets, the server takes {limit}", "too_large");
        if (content.EightBit && !_offered.EightBitMime)
            return SmtpReply.Create(
                554, 6, 3, "the mail holds octets above 127, and the server does not take them (8BITMIME)", "no_8bitmime");
        if (content.BareNewline && !_offered.Chunking)
            return SmtpReply.Create(554, 6, 1,
                "the mail holds a bare CR or LF, which only CHUNKING carries unchanged, and the server does not offer it", "bare_newline");
        return _message.Body == SmtpBodyType.BinaryMime && (content.BareNewline || content.Nul)
            && !(_offered.BinaryMime && _offered.Chunking)
            ? SmtpReply.Create(554, 6, 3, "the mail is binary, and the server does not take that (BINARYMIME)", "no_binarymime")
            : null;
    }

    private bool WantsSmtpUtf8(ContentTraits content) =>
        (_message.SmtpUtf8 && content.EightBitHeader) || !Ascii.IsValid(_message.Sender)
            || _message.Recipients.Any(recipient => !Ascii.IsValid(recipient.Address));

    private string Mail(ContentTraits content)
    {
        var command = new StringBuilder("MAIL FROM:<").Append(_message.Sender).Append('>');
        if (_offered.Size)
            command.Append(CultureInfo.InvariantCulture, $" SIZE={_message.Content.Length}");
        if (Chunked && _offered.BinaryMime)
            command.Append(" BODY=BINARYMIME");
        else if (content.EightBit)
            command.Append(" BODY=8BITMIME");
        if (SmtpUtf8)
            command.Append(" SMTPUTF8");
        if (_message.RequireTls && _offered.RequireTls)
            command.Append(" REQUIRETLS");
        if (_offered.Dsn && _message.Return != DsnReturn.Unspecified)
            command.Append(_message.Return == DsnReturn.Full ? " RET=FULL" : " RET=HDRS");
        if (_offered.Dsn && _message.EnvelopeId is { } id && EnvelopeText.EnvelopeId(id) is { } encoded)
            command.Append(" ENVID=").Append(encoded);
        return command.ToString();
    }

    private static string Words(DsnNotify notify)
    {
        if (notify.HasFlag(DsnNotify.Never))
            return "NEVER";
        string[] words = [Word(DsnNotify.Success, "SUCCESS"), Word(DsnNotify.Failure, "FAILURE"), Word(DsnNotify.Delay, "DELAY")];
        return string.Join(',', words.Where(word => word.Length > 0));
        string Word(DsnNotify flag, string word) => notify.HasFlag(flag) ? word : "";
    }
}
