using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Accounts;

/// <summary><c>doorbuster user …</c></summary>
internal static partial class UserCommand
{
    private const int TokensMax = 5_000_000;
    private const int ListMax = 1_000;

    public sealed record MadeTokens(int Count, string Group, string File, double Seconds);

    public sealed record MadeAdmin(string Id, string Email, string? Password);

    public sealed record MadeKey(int Key);

    public sealed record ExportedUsers(int Count, string File);

    public sealed record ListedUser(string Id, string Email, string DisplayName, bool IsAdmin, bool CanSignIn, DateTimeOffset CreatedAt);

    public sealed record ListedUsers(IReadOnlyList<ListedUser> Data);

    public static Command Make(CommandHost host) => new("user", "People and their sessions.")
    {
        Tokens(host), CreateAdmin(host), List(host), Export(host), RotateKey(host),
    };

    private static Command Tokens(CommandHost host)
    {
        var count = new Option<int>("--count") { Description = "How many people.", Required = true };
        var file = new Option<FileInfo>("--out") { Description = "Where the tokens go, one a line.", Required = true };
        var group = new Option<string>("--group")
        {
            Description = "Person n of a group is always the same person; another group is other people.",
            DefaultValueFactory = _ => "load",
        };
        var command = new Command("tokens", "Make people with sessions for a load test. They cannot sign in with a password.")
        {
            count, file, group,
        };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, cancel) =>
        {
            var (number, name, path) =
                (arguments.GetValue(count), arguments.GetValue(group)!, arguments.GetValue(file)!.FullName);
            if (number is < 1 or > TokensMax)
                return output.Fail(ExitCode.Usage, $"--count must be 1 to {TokensMax:N0}.");
            if (!GroupShape().IsMatch(name))
                return output.Fail(ExitCode.Usage, "--group must be 1 to 30 lower-case letters, digits or dashes.");

            var clock = Stopwatch.StartNew();
            try
            {
                await WholeFile.Write(path, async stream =>
                {
                    await using var writer = new StreamWriter(stream, Encoding.ASCII);
                    await services.GetRequiredService<MakeTokens>().Run(
                        number, name, writer, done => output.Note($"{done:N0} of {number:N0} people have a session"), cancel);
                    return number;
                }, UnixFileMode.UserRead | UnixFileMode.UserWrite);    // each line is a key to an account
            }
            catch (InvalidOperationException error)
            {
                return output.Fail(ExitCode.Failure, $"Cannot make the tokens: {error.Message}");
            }
            var made = new MadeTokens(number, name, path, Math.Round(clock.Elapsed.TotalSeconds, 2));
            output.Write(made, AccountsJson.Default.MadeTokens,
                $"{number:N0} people of group '{name}' have a session for {Sessions.Life.TotalHours} hours: {path} ({made.Seconds} s)");
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static Command CreateAdmin(CommandHost host)
    {
        var email = new Option<string>("--email") { Description = "The e-mail address to sign in with.", Required = true };
        var name = new Option<string>("--name") { Description = "The name shown.", DefaultValueFactory = _ => "Administrator" };
        var fromInput = new Option<bool>("--password-stdin") { Description = "Read the password from standard input." };
        var command = new Command("create-admin", "Make an administrator; the password is made up and shown once.")
        {
            email, name, fromInput,
        };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, cancel) =>
        {
            var address = arguments.GetValue(email)!;
            if (address.Length > Account.EmailMax || !EmailShape().IsMatch(address))
                return output.Fail(ExitCode.Usage, $"'{address}' is not an e-mail address.");
            if (arguments.GetValue(name) is not { Length: > 0 and <= 80 } shown || !NameShape().IsMatch(shown))
                return output.Fail(ExitCode.Usage, "--name must be 1 to 80 characters.");

            var isGiven = arguments.GetValue(fromInput);
            var password = isGiven ? await Console.In.ReadLineAsync(cancel) ?? "" : DemoPeople.NewPassword();
            if (password.Length is < 8 or > 128)
                return output.Fail(ExitCode.Usage, "The password must be 8 to 128 characters.");

            var hash = await services.GetRequiredService<PasswordHashing>().Hash(password);
            if (!await DemoPeople.Add(services, address, shown, hash, isAdmin: true, cancel))
                return output.Fail(ExitCode.Conflict, $"{address} has an account already. Choose another address.");

            var made = await services.GetRequiredService<AccountStore>().FindByEmail(address, cancel);
            output.Write(
                new MadeAdmin(PublicId.Format(Account.IdPrefix, made!.Id), address, isGiven ? null : password),
                AccountsJson.Default.MadeAdmin,
                isGiven ? $"Administrator {address}" : $"Administrator {address}   password {password}   (shown this once)");
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static Command List(CommandHost host)
    {
        var admins = new Option<bool>("--admins") { Description = "Only administrators." };
        var limit = new Option<int>("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 40 };
        var command = new Command("list", "List people, the oldest accounts first.") { admins, limit };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, cancel) =>
        {
            if (arguments.GetValue(limit) is not (>= 1 and <= ListMax) and var wrong)
                return output.Fail(ExitCode.Usage, $"--limit must be 1 to {ListMax}, not {wrong}.");
            var people = await services.GetRequiredService<AccountStore>()
                .List(arguments.GetValue(admins), arguments.GetValue(limit), cancel);
            output.Write(
                new ListedUsers([.. people.Select(person => new ListedUser(
                    PublicId.Format(Account.IdPrefix, person.Id), person.Email, person.DisplayName, person.IsAdmin,
                    person.PasswordHash is not null, person.CreatedAt))]),
                AccountsJson.Default.ListedUsers,
                people.Select(person => string.Create(CultureInfo.InvariantCulture,
                    $"{PublicId.Format(Account.IdPrefix, person.Id)}  {person.CreatedAt:u}  {(person.IsAdmin ? "admin" : "     ")}  {person.Email}  {person.DisplayName}")));
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static Command Export(CommandHost host)
    {
        var file = CsvExport.File();
        var command = new Command("export", "Export everybody who has an account, the oldest first, without passwords.") { file };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, token) =>
        {
            var name = arguments.GetValue(file)!;
            var rows = services.GetRequiredService<UserExport>().Rows(token);
            var (count, path) = await CsvExport.Write(name, UserExport.Header, rows, token);
            if (path is not null)
                output.Write(
                    new ExportedUsers(count, path), AccountsJson.Default.ExportedUsers,
                    $"{count:N0} people written to {name}");
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static Command RotateKey(CommandHost host)
    {
        var command = new Command(
            "rotate-key", "Sign new sessions with a new key from a minute from now on. Sessions that exist stay good.");
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, cancel) =>
        {
            var key = await services.GetRequiredService<TokenKeys>().Rotate(cancel);
            output.Write(new MadeKey(key), AccountsJson.Default.MadeKey, $"Key {key} signs new sessions in a minute.");
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    [GeneratedRegex(Account.EmailShape)]
    private static partial Regex EmailShape();

    [GeneratedRegex(Account.NameShape)]
    private static partial Regex NameShape();

    [GeneratedRegex("^[a-z0-9-]{1,30}$")]
    private static partial Regex GroupShape();
}
