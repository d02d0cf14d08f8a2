namespace InboundBridge.Commands.Parsing;

/// <summary>
/// The arguments with which services and images start the appliance. They are read without the command line's library, which would first
/// make every command and option of the program.
/// </summary>
internal static class PlainRun
{
    /// <summary>False: the library reads the arguments, whether they are right or wrong.</summary>
    /// <param name="file">The value of <c>--config</c>; null without it.</param>
    public static bool Reads(string[] arguments, out string? file)
    {
        file = null;
        var rest = arguments is ["run", ..] ? arguments.AsSpan(1) : arguments;
        if (rest.IsEmpty)
            return true;
        if (rest.Length != 2 || rest[0] is not ("--config" or "-c") || !IsPlain(rest[1]))
            return false;
        file = rest[1];
        return true;
    }

    /// <summary>Neither an option, nor a command's name, nor what the library replaces by a file's text.</summary>
    private static bool IsPlain(string path) => path.AsSpan().ContainsAny('.', '/') && path[0] is not ('-' or '@' or '[');
}
