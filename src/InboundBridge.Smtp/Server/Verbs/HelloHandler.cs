using System.Text;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server.Authentication;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>EHLO, HELO, LHLO.</summary>
internal static class HelloHandler
{
    public static async ValueTask<SmtpAnswer> HandleAsync(SmtpSessionContext context, SmtpVerb verb, SmtpCommand.Hello hello)
    {
        await context.ResetTransactionAsync();
        context.Peer.Helo = context.HeloGiven ?? hello.Name;
        context.Peer.Esmtp = verb != SmtpVerb.Helo;
        context.State = SmtpState.Ready;
        return new SmtpReply(250, null, verb == SmtpVerb.Helo ? context.Options.Hostname : Extensions(context));
    }

    /// <summary>Every extension that is listed is honoured.</summary>
    private static string Extensions(SmtpSessionContext context)
    {
        var limits = context.Options.Limits;
        var list = new StringBuilder(context.Options.Hostname)
            .Append("\nPIPELINING")
            .Append(System.Globalization.CultureInfo.InvariantCulture, $"\nSIZE {limits.MessageSize}")
            .Append("\n8BITMIME\nSMTPUTF8\nCHUNKING\nBINARYMIME\nENHANCEDSTATUSCODES\nDSN");
        if (context.CanStartTls)
            list.Append("\nSTARTTLS");
        if (SaslMechanisms.Offered(context.Listener, context.Peer))
            list.Append("\nAUTH ").Append(SaslMechanisms.List(context.Listener));
        if (context.Peer.Tls is not null)
            list.Append("\nREQUIRETLS");
        list.Append(System.Globalization.CultureInfo.InvariantCulture, $"\nLIMITS RCPTMAX={limits.Recipients} MAILMAX={limits.MessagesPerConnection}");
        if (context.CanTurnQueue)
            list.Append("\nETRN");
        if (context.MayXclient)
            list.Append('\n').Append(XclientHandler.Offer);
        return list.Append("\nHELP").ToString();
    }
}
