using InboundBridge.Configuration;
using InboundBridge.Configuration.Secrets;
using InboundBridge.Hosting.Users;
using InboundBridge.Smtp.Server;

namespace InboundBridge.UnitTests.Host.Hosting.Users;

/// <summary>Nothing that an unauthenticated peer sees distinguishes users from unknown names.</summary>
public class UserDirectoryTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(octet => (byte)octet)];

    [Fact]
    public async Task Unknown_names_have_iterations_and_salts_like_users()
    {
        using var directory = new UserDirectory([User("al", 4000), User("bo", 4000), User("cy", 4000), User("di", 9000)], Key);
        var shown = new List<ScramCredential>();
        for (var i = 0; i < 400; i++)
            shown.Add((await directory.FindScramAsync(null!, $"nobody{i}", CancellationToken.None))!);
        Assert.All(shown, one => Assert.Contains(one.Iterations, new[] { 4000, 9000 }));
        Assert.All(shown, one => Assert.Equal(16, one.Salt.Length));
        // A quarter of the users have 9,000; so have about a quarter of the others.
        Assert.InRange(shown.Count(one => one.Iterations == 9000), 60, 140);
        Assert.Equal(400, shown.Select(one => Convert.ToHexString(one.Salt)).Distinct().Count());
    }

    [Fact]
    public async Task An_unknown_name_looks_the_same_after_a_restart_and_when_users_change()
    {
        using var before = new UserDirectory([User("al", 4000), User("bo", 4000)], Key);
        using var after = new UserDirectory([User("al", 4000), User("di", 4000), User("cy", 4000)], Key);
        using var elsewhere = new UserDirectory([User("al", 4000)], [1, 2, 3]);
        var first = (await before.FindScramAsync(null!, "nobody", CancellationToken.None))!;
        var second = (await after.FindScramAsync(null!, "nobody", CancellationToken.None))!;
        Assert.Equal((first.Iterations, Convert.ToHexString(first.Salt)), (second.Iterations, Convert.ToHexString(second.Salt)));
        Assert.NotEqual(first.Salt, (await elsewhere.FindScramAsync(null!, "nobody", CancellationToken.None))!.Salt);
    }

    [Fact]
    public async Task Without_users_names_look_as_hashes_of_our_own_making()
    {
        using var directory = new UserDirectory([], Key);
        var shown = (await directory.FindScramAsync(null!, "nobody", CancellationToken.None))!;
        Assert.Equal((SecretHash.DefaultIterations, 16), (shown.Iterations, shown.Salt.Length));
    }

    /// <summary>The time that a check takes is decided by the iterations alone.</summary>
    [Fact]
    public void A_wrong_password_costs_as_much_for_a_name_that_is_none()
    {
        var decoys = new DecoyUsers(Key, [Hash(1234)]);
        Assert.Equal(1234, decoys.Hash("nobody").Iterations);
        Assert.False(decoys.Hash("nobody").Verify("right"));
    }

    [Fact]
    public async Task Users_are_let_in_and_others_are_not()
    {
        using var directory = new UserDirectory([User("al", 1000)], Key);
        Assert.True(await directory.VerifyPasswordAsync(null!, "al", "right", CancellationToken.None));
        Assert.False(await directory.VerifyPasswordAsync(null!, "al", "wrong", CancellationToken.None));
        Assert.False(await directory.VerifyPasswordAsync(null!, "nobody", "right", CancellationToken.None));
    }

    /// <summary>Under a flood of guesses few attempts wait, and further ones are told to try again later.</summary>
    [Fact]
    public async Task A_limited_number_of_checks_waits()
    {
        using var directory = new UserDirectory([User("al", 2_000_000)], Key);
        using var enough = new CancellationTokenSource();
        var most = UserDirectory.MostWaiting + Environment.ProcessorCount + 1;
        var checks =
            Enumerable.Range(0, most).Select(_ => directory.VerifyPasswordAsync(null!, "al", "wrong", enough.Token).AsTask()).ToArray();
        Assert.Contains(checks, check => check.Exception?.InnerException is SmtpAuthenticationBusyException);
        await enough.CancelAsync();
        await Task.WhenAll(checks).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static SecretHash Hash(int iterations) =>
        SecretHash.TryParse(SecretHash.Make("right", iterations), out var hash) ? hash : throw new InvalidOperationException();

    private static UserEntry User(string name, int iterations) => new() { Name = name, Hash = SecretHash.Make("right", iterations) };
}
