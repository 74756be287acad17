using System.CommandLine;
using System.Net;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Web.Reference;

namespace Doorbuster.Commands;

/// <summary>The API's description, for files and tools; needs no store.</summary>
internal static class OpenApi
{
    public static Command Build()
    {
        var command = new Command("openapi", "The API described for programs and people.");
        command.Subcommands.Add(Verb("export", "Write the OpenAPI document.", async cancel =>
        {
            await using var app = Describe();
            return await app.Services.GetRequiredService<ApiReference>().Document.WaitAsync(cancel);
        }));
        command.Subcommands.Add(Verb("errors", "Write the reference of error codes, as Markdown.",
            _ => Task.FromResult(System.Text.Encoding.UTF8.GetBytes(ErrorReference.Markdown()))));
        command.Subcommands.Add(Verb("events", "Write the reference of messages between features, as Markdown.",
            _ => Task.FromResult(System.Text.Encoding.UTF8.GetBytes(EventReference.Markdown(Features.All)))));
        return command;
    }

    /// <summary>A server that is never started: every role's endpoints, and addresses at which nothing
    /// answers.</summary>
    internal static WebApplication Describe()
    {
        var nowhere = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Postgres:ConnectionString"] = "Host=127.0.0.1;Port=1;Username=nobody",
            ["Redis:Gate"] = "127.0.0.1:1",
            ["Redis:Cache"] = "127.0.0.1:1",
        }).Build();
        var app = Server.Build(Roles.Named("all"), new Listen(IPAddress.Loopback, 8080), nowhere);
        ((IApplicationBuilder)app).UseEndpoints(_ => { });    // a started server does this itself
        return app;
    }

    private static Command Verb(string name, string description, Func<CancellationToken, Task<byte[]>> write)
    {
        var verb = new Command(name, description);
        var file = new Option<FileInfo>("--out") { Description = "The file to write; standard output when not given." };
        verb.Options.Add(file);
        verb.SetAction(async (arguments, cancel) =>
        {
            var text = await write(cancel);
            await using var to = arguments.GetValue(file)?.Create() ?? Console.OpenStandardOutput();
            await to.WriteAsync(text, cancel);
            return ExitCode.Ok;
        });
        return verb;
    }
}
