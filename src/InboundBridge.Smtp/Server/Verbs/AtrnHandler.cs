using System.Text;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>
/// ATRN (RFC 2645): an authenticated user asks for the mail that waits for its domains, and gets it over the same connection. After the
/// positive reply the client is the server and we are its client, until the connection closes.
/// </summary>
internal static class AtrnHandler
{
    public static async ValueTask<SmtpAnswer> HandleAsync(SmtpSessionContext context, SmtpCommand.Atrn command)
    {
        // RFC 2645 §5.2.1.
        if (context.Peer.User is null)
            return SmtpReplies.AuthenticationFirst;
        if (context.Conversation.HasBufferedInput)
            return SmtpReplies.PipelinedOverAtrn;
        SmtpTurnAnswer? answer;
        try
        {
            answer = await context.Receiver.TurnConnectionAsync(command.Domains, context.Abort);
        }
        catch (Exception error) when (context.IsFault(error))
        {
            return context.Fault(SmtpVerb.Atrn, error);
        }
        if (answer?.Turn is not { } turn)
            return answer?.Reply ?? SmtpReplies.NotImplemented;
        await using (turn)
            return await TurnAsync(context, turn, answer.Reply);
    }

    public static void AppendExtensions(SmtpSessionContext context, StringBuilder list)
    {
        if (context.Mode == SmtpListenerMode.Odmr)
            list.Append("\nATRN");
    }

    private static async ValueTask<SmtpAnswer> TurnAsync(SmtpSessionContext context, ISmtpTurn turn, SmtpReply reply)
    {
        var conversation = context.Conversation;
        // What comes before our reply can't be the greeting of a server that waits for it. We would read it as the answer to a command
        // that we have not sent yet, and take mail for delivered that nobody has accepted.
        if (conversation.HasBufferedInput)
            return SmtpReplies.PipelinedOverAtrn;
        conversation.Write(reply);
        context.Metrics.Answered(SmtpVerb.Atrn, reply.Code);
        await conversation.FlushAsync(context.Abort);
        conversation.Timer.Stop();
        var (input, output) = (conversation.Transport.Input, conversation.Transport.Output);
        try
        {
            await using var connection = SendsLines(context) ? new LineByLineStream(input, output) : new TurnedStream(input, output);
            var hasEnded = await turn.RunAsync(connection, conversation.Shutdown);
            return SmtpAnswer.Leave(hasEnded ? SmtpConnectionOutcome.Turned : SmtpConnectionOutcome.Lost);
        }
        catch (Exception error) when (context.IsFault(error))
        {
            context.Server.Observer.Faulted(context.Peer, SmtpVerb.Atrn, error);
            return SmtpAnswer.Leave(SmtpConnectionOutcome.Failed);
        }
    }

    /// <summary>
    /// fetchmail passes on one line of a TLS record and then waits for the socket, although the rest of the record is in memory already. It
    /// is also why listeners offer CRAM-MD5 here, so those send it a record for each line.
    /// </summary>
    private static bool SendsLines(SmtpSessionContext context) => context.Listener.CramMd5 && context.Peer.Tls is not null;
}
