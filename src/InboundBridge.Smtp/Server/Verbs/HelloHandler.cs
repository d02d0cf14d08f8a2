using System.Globalization;
using System.Text;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>EHLO, HELO and LHLO.</summary>
internal static class HelloHandler
{
    public static async ValueTask<SmtpAnswer> HandleAsync(SmtpSessionContext context, SmtpVerb verb, SmtpCommand.Hello hello)
    {
        await context.ResetTransactionAsync();
        context.Peer.Helo = context.XclientHelo ?? hello.Name;
        context.Peer.Esmtp = verb != SmtpVerb.Helo;
        context.State = SmtpState.Ready;
        return new SmtpReply(250, null, verb == SmtpVerb.Helo ? context.Options.Hostname : Extensions(context));
    }

    /// <summary>Extensions that belong to no verb or to several.</summary>
    public static void AppendExtensions(SmtpSessionContext context, StringBuilder list)
    {
        // The others are about mail, which an ODMR listener does not take; what follows ATRN must not be pipelined.
        if (context.Mode == SmtpListenerMode.Odmr)
            list.Append("\nENHANCEDSTATUSCODES");
        else
            list.Append(CultureInfo.InvariantCulture, $"\nPIPELINING\nSIZE {context.Options.Limits.MessageSize}")
                .Append("\n8BITMIME\nSMTPUTF8\nCHUNKING\nBINARYMIME\nENHANCEDSTATUSCODES\nDSN");
    }

    /// <summary>Our name and every extension that this session offers now.</summary>
    private static string Extensions(SmtpSessionContext context)
    {
        var list = new StringBuilder(context.Options.Hostname);
        foreach (var entry in SmtpVerbs.All)
            entry.Extensions?.Invoke(context, list);
        return list.ToString();
    }
}
