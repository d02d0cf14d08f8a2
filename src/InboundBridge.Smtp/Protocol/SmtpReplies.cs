using System.Globalization;

namespace InboundBridge.Smtp.Protocol;

/// <summary>The session's own replies. The texts reveal little on purpose: the cause goes to our log, not to the client.</summary>
internal static class SmtpReplies
{
    public static readonly SmtpReply Ok = SmtpReply.Create(250, 0, 0, "OK");
    public static readonly SmtpReply Bye = SmtpReply.Create(221, 0, 0, "Bye") with { Closes = true };
    public static readonly SmtpReply StartData = new(354, null, "Start mail input; end with <CRLF>.<CRLF>");
    public static readonly SmtpReply StartTls = SmtpReply.Create(220, 0, 0, "Ready to start TLS");
    public static readonly SmtpReply CannotVerify = SmtpReply.Create(
        252, 5, 2, "Cannot VRFY user, but will accept a message and attempt delivery");

    // RFC 5321 §4.2.4: 500 for an unknown command, 501 for bad arguments, 502 for a command
    // that is not implemented, 503 for one that is out of order.
    public static readonly SmtpReply UnknownCommand = Syntax(500, 2, "Command not recognized", "unknown_command");
    public static readonly SmtpReply LineTooLong = Syntax(500, 2, "Line too long", "line_too_long");
    public static readonly SmtpReply BareNewline = Syntax(500, 2, "Lines end with CRLF", "bare_newline");
    public static readonly SmtpReply BadCharacters = Syntax(500, 2, "Invalid characters", "bad_characters");
    public static readonly SmtpReply BadArguments = Syntax(501, 4, "Syntax error in arguments", "bad_arguments");
    public static readonly SmtpReply NoArguments = Syntax(501, 4, "No arguments allowed", "bad_arguments");
    public static readonly SmtpReply BadParameter = Syntax(501, 4, "Syntax error in a parameter", "bad_parameter");
    public static readonly SmtpReply UnknownParameter = Syntax(555, 4, "Parameter not recognized", "unknown_parameter");
    public static readonly SmtpReply BadSender = SmtpReply.Create(501, 1, 7, "Bad sender address syntax", "bad_sender");
    public static readonly SmtpReply BadRecipient = SmtpReply.Create(501, 1, 3, "Bad recipient address syntax", "bad_recipient");
    public static readonly SmtpReply NeedsUtf8 = SmtpReply.Create(553, 6, 7, "Non-ASCII address needs SMTPUTF8", "needs_smtputf8");
    public static readonly SmtpReply NotImplemented = Syntax(502, 1, "Command not implemented", "not_implemented");
    public static readonly SmtpReply BadSequence = Syntax(503, 1, "Bad sequence of commands", "bad_sequence");
    public static readonly SmtpReply HelloFirst = Syntax(503, 1, "Send EHLO or HELO first", "bad_sequence");
    public static readonly SmtpReply MailFirst = Syntax(503, 1, "MAIL first", "bad_sequence");
    public static readonly SmtpReply RcptFirst = Syntax(503, 1, "RCPT first", "bad_sequence");
    public static readonly SmtpReply NestedMail = Syntax(503, 1, "MAIL was given already", "bad_sequence");
    public static readonly SmtpReply NoValidRecipients = Syntax(554, 1, "No valid recipients", "no_valid_recipients");
    public static readonly SmtpReply TlsAlready = Syntax(503, 1, "TLS is active already", "bad_sequence");
    public static readonly SmtpReply ChunksOnly = Syntax(503, 1, "BDAT was used: finish with BDAT LAST or RSET", "bad_sequence");
    public static readonly SmtpReply ChunkFailed = Syntax(503, 1, "A chunk failed: RSET first", "bad_sequence");
    public static readonly SmtpReply BinaryNeedsBdat = Syntax(503, 1, "BINARYMIME needs BDAT", "bad_sequence");

    public static readonly SmtpReply TlsFirst = SmtpReply.Create(530, 7, 0, "Must issue a STARTTLS command first", "tls_required");

    public static readonly SmtpReply TlsNotYet = SmtpReply.Create(
        454, 7, 0, "TLS is required and not available yet, try again later", "tls_required");
    public static readonly SmtpReply AuthenticationFirst = SmtpReply.Create(
        530, 7, 0, "Authentication required", "authentication_required");
    public static readonly SmtpReply Authenticated = SmtpReply.Create(235, 7, 0, "Authentication successful");
    public static readonly SmtpReply AuthenticatedAlready = Syntax(503, 1, "Already authenticated", "bad_sequence");
    public static readonly SmtpReply AuthenticationNeedsTls = SmtpReply.Create(
        538, 7, 11, "Encryption required for authentication", "tls_required");
    public static readonly SmtpReply UnknownMechanism = Syntax(504, 4, "Mechanism not offered", "bad_arguments");
    public static readonly SmtpReply AuthenticationFailed = SmtpReply.Create(535, 7, 8, "Authentication failed", "authentication_failed");
    public static readonly SmtpReply AuthenticationCancelled = SmtpReply.Create(
        501, 7, 0, "Authentication cancelled", "authentication_cancelled");
    public static readonly SmtpReply BadBase64 = Syntax(501, 2, "Invalid base64", "bad_arguments");
    public static readonly SmtpReply BadAuthenticationExchange = Syntax(501, 4, "Malformed authentication data", "bad_arguments");
    public static readonly SmtpReply AuthenticationUnavailable = SmtpReply.Create(
        454, 7, 0, "Temporary authentication failure", "authentication_unavailable");
    public static readonly SmtpReply TooManyAuthenticationFailures = Closing(
        7, 0, "Too many failed authentications, try again later", "authentication_rate");
    public static readonly SmtpReply XclientForbidden = SmtpReply.Create(
        550, 7, 0, "XCLIENT is not allowed from here", "xclient_forbidden");
    public static readonly SmtpReply PipelinedOverStartTls =
        SmtpReply.Create(554, 5, 0, "No pipelining across STARTTLS", "pipelined_starttls") with { Closes = true };

    public static readonly SmtpReply PipelinedOverAtrn =
        SmtpReply.Create(554, 5, 0, "No pipelining across ATRN", "pipelined_atrn") with { Closes = true };

    public static readonly SmtpReply BareNewlineInData = SmtpReply.Create(
        550, 6, 11, "Bare CR or LF is not allowed; lines end with CRLF", "bare_newline");
    public static readonly SmtpReply RateLimited = SmtpReply.Create(450, 7, 1, "Too many messages, try again later", "rate_limit");
    public static readonly SmtpReply LocalError = SmtpReply.Create(451, 3, 0, "Temporary local problem, try again later", "local_error");

    public static readonly SmtpReply ShuttingDown = Closing(3, 2, "Service closing down, try again later", "shutdown");
    public static readonly SmtpReply IdleTooLong = Closing(4, 2, "Timed out", "timeout");
    public static readonly SmtpReply TooSlow = Closing(4, 2, "Data came too slowly", "slow");
    public static readonly SmtpReply TooManyErrors = Closing(7, 0, "Too many errors", "errors");
    public static readonly SmtpReply TooManyCommands = Closing(7, 0, "Too many commands, slow down", "command_rate");
    public static readonly SmtpReply TooManyConnections = Closing(7, 0, "Too many connections, try again later", "connections");
    public static readonly SmtpReply TooManyFromClient = Closing(7, 0, "Too many connections from your address", "connections_per_client");
    public static readonly SmtpReply EarlyTalker = SmtpReply.Create(554, 5, 0, "Wait for the greeting", "early_talker")
        with
    { Closes = true };

    /// <summary>For MAIL, which declares the size.</summary>
    public static SmtpReply TooBig(long size, long limit) => SmtpReply.Create(
        552, 3, 4, string.Create(CultureInfo.InvariantCulture, $"Message size {size} exceeds the limit of {limit} octets"), "message_size");

    /// <summary>For a message that exceeds the limit before its end, so that its size is unknown.</summary>
    public static SmtpReply TooBig(long limit) => SmtpReply.Create(
        552, 3, 4, string.Create(CultureInfo.InvariantCulture, $"Message size exceeds the limit of {limit} octets"), "message_size");

    public static SmtpReply HeaderTooBig(long limit) => SmtpReply.Create(
        552, 3, 4, string.Create(CultureInfo.InvariantCulture, $"Message header exceeds the limit of {limit} octets"), "header_size");

    public static SmtpReply TooManyRecipients(int limit) => SmtpReply.Create(
        452, 5, 3, string.Create(CultureInfo.InvariantCulture, $"Too many recipients, a message may have {limit}"), "recipients");

    public static SmtpReply TooManyMessages(int limit) => Closing(
        7, 0, $"Too many messages on this connection, it may have {limit.ToString(CultureInfo.InvariantCulture)}",
            "messages_per_connection");

    /// <summary>Names the host and the protocol, but no product or version.</summary>
    public static SmtpReply Banner(string hostname, bool lmtp) => new(220, null, $"{hostname} {(lmtp ? "LMTP" : "ESMTP")}");

    private static SmtpReply Syntax(int code, int detail, string text, string reason) => SmtpReply.Create(code, 5, detail, text, reason);

    private static SmtpReply Closing(int subject, int detail, string text, string reason) =>
        SmtpReply.Create(421, subject, detail, text, reason) with { Closes = true };
}
