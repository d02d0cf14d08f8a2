using InboundBridge.Configuration;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Sources;
using InboundBridge.MailFlow.Domains;
using InboundBridge.MailFlow.Reception.Recipients;
using InboundBridge.Smtp.Server;
using InboundBridge.Yaml;

namespace InboundBridge.Setup;

/// <summary>The users and recipients from the files that a configuration names. Start, reload and <c>check</c> read them here.</summary>
internal sealed record StartFiles(IReadOnlyList<UserEntry> Users, AddressPatterns? Recipients)
{
    public static StartFiles Read(ApplianceOptions options, ConfigurationSource source, SourceProblems problems)
    {
        IReadOnlyList<UserEntry> users = options.UsersFile is { } file ? UsersFile.Read(file, source, problems) : [];
        CheckSecrets(options, users, problems);
        CheckCollectors(options, users, problems);
        return new StartFiles(users, options.Recipients?.File is { } listed ? ReadRecipients(listed, source, problems) : null);
    }

    /// <summary>
    /// A mechanism that can never succeed must not be offered: it would only collect
    /// digests of passwords from users who think they mistyped.
    /// </summary>
    private static void CheckSecrets(ApplianceOptions options, IReadOnlyList<UserEntry> users, SourceProblems problems)
    {
        if (options.UsersFile is not { } file || users.Any(user => user.Shared is not null))
            return;
        foreach (var listener in options.Smtp.Listeners.Where(listener => listener.CramMd5))
            problems.Error(
                new SourcePosition(file, 0, 0),
                $"listener '{listener.Name}' offers CRAM-MD5, and no user has a 'secret' to check it against",
                "secret: the password itself");
    }

    /// <summary>Whoever collects mail must be allowed to, and mail must come for what is collected.</summary>
    private static void CheckCollectors(ApplianceOptions options, IReadOnlyList<UserEntry> users, SourceProblems problems)
    {
        if (options.UsersFile is not { } file)
            return;
        var place = new SourcePosition(file, 0, 0);
        var keeps = options.Destinations.Any(destination => destination.Queue.OnDemand);
        foreach (var listener in options.Smtp.Listeners.Where(listener => listener.Mode == SmtpListenerMode.Odmr))
        {
            if (!users.Any(user => user.Collect.Count > 0))
                problems.Warn(
                    place, $"nobody can collect mail on listener '{listener.Name}': no user has 'collect'",
                    "collect: [branch.example.com]");
        }
        if (!keeps)
            return;
        var ours = new LocalDomains(options.Domains);
        bool IsOurs(string domain) => ours.Contains(domain.Replace("*.", "any.", StringComparison.Ordinal));
        foreach (var user in users)
        {
            foreach (var domain in user.Collect.Where(domain => !IsOurs(domain)))
                problems.Warn(place, $"user '{user.Name}' collects {domain}, for which no mail is accepted", "add it to 'domains'");
        }
    }

    private static AddressPatterns? ReadRecipients(string path, ConfigurationSource source, SourceProblems problems)
    {
        if (source.Files.Read(path, out var failure) is { } text)
            return AddressPatterns.Parse(text);
        problems.Error(new SourcePosition(path, 0, 0), $"can't read the recipients: {failure}");
        return null;
    }
}
