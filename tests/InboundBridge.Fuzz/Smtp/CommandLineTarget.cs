using System.Text;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Fuzz.Smtp;

/// <summary>A command line gives either a command or a refusal, and a parsed address can be written and parsed again.</summary>
internal sealed class CommandLineTarget : IFuzzTarget
{
    public string Name => "smtp/command-line";

    public IReadOnlyList<string> Words =>
    [
        "MAIL FROM:", "RCPT TO:", "EHLO ", "BDAT ", " LAST", "AUTH ", "XCLIENT ", "SIZE=", "BODY=8BITMIME", "SMTPUTF8", "RET=FULL",
        "ENVID=", "NOTIFY=NEVER", "ORCPT=rfc822;",
        "<>", "<a@b.example>", "\"", "\\\"", "@a,@b:", "[IPv6:::1]", "[192.0.2.1]", "xn--", "+2B", "ü", "@", "..",
    ];

    public void Run(ReadOnlySpan<byte> input)
    {
        foreach (var smtpUtf8 in new[] { false, true })
        {
            var line = SmtpCommandParser.Parse(input, smtpUtf8);
            FuzzFailureException.Unless(line.Command is null != line.Error is null, "neither a command nor a refusal, or both");
            FuzzFailureException.Unless(line.Error is not { IsPositive: true }, "an error that is positive");
            var address = (line.Command as SmtpCommand.Mail)?.Value.ReversePath ?? (line.Command as SmtpCommand.Rcpt)?.Value.Recipient;
            if (address is not null)
                CheckAddress(address);
            if (line.Command is SmtpCommand.Rcpt { Value.Recipient: var recipient } && !smtpUtf8)
                FuzzFailureException.Unless(!recipient.NeedsSmtpUtf8, "a UTF-8 address without SMTPUTF8");
        }
    }

    private static void CheckAddress(SmtpAddress address)
    {
        FuzzFailureException.Unless(Ascii.IsValid(address.Domain), "a domain that is no A-label");
        foreach (var c in address.ToString())
            FuzzFailureException.Unless(!char.IsAscii(c) || !char.IsControl(c), "a control character in an address");
        FuzzFailureException.Unless(
            SmtpAddressParser.TryParse(address.ToString(), out var again) && again == address, $"{address} does not read back as itself");
    }
}
