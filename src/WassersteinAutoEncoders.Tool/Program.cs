return WassersteinAutoEncoders.Tool.CommandLine.WaeCommand.Run(args);
