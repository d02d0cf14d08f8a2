using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>
/// Asks the receiver about a command. A fault becomes a temporary refusal. A reply that comes at once costs no state machine.
/// </summary>
internal static class ReceiverCall
{
    /// <param name="settle">Notes the reply in the context, and returns it.</param>
    public static ValueTask<SmtpAnswer> AskAsync<TCommand>(
        SmtpSessionContext context,
        SmtpVerb verb,
        TCommand command,
        Func<SmtpSessionContext, TCommand, ValueTask<SmtpReply>> ask,
        Func<SmtpSessionContext, TCommand, SmtpReply, SmtpReply> settle)
    {
        ValueTask<SmtpReply> asked;
        try
        {
            asked = ask(context, command);
        }
        catch (Exception error) when (context.IsFault(error))
        {
            return new ValueTask<SmtpAnswer>(settle(context, command, context.Fault(verb, error)));
        }
        return asked.IsCompletedSuccessfully
            ? new ValueTask<SmtpAnswer>(settle(context, command, asked.Result))
            : WaitAsync(context, verb, command, asked, settle);
    }

    private static async ValueTask<SmtpAnswer> WaitAsync<TCommand>(
        SmtpSessionContext context,
        SmtpVerb verb,
        TCommand command,
        ValueTask<SmtpReply> asked,
        Func<SmtpSessionContext, TCommand, SmtpReply, SmtpReply> settle)
    {
        SmtpReply reply;
        try
        {
            reply = await asked;
        }
        catch (Exception error) when (context.IsFault(error))
        {
            reply = context.Fault(verb, error);
        }
        return settle(context, command, reply);
    }
}
