use super::vocabulary::vocabulary;

vocabulary! {
    /// How far Windows trusts a process (`windows-integrity-level-enum`, STIX 2.1 section 10.27).
    closed WindowsIntegrityLevel "windows-integrity-level-enum" {
        /// Little: content from the internet, for example.
        Low = "low",
        /// As far as a common user.
        Medium = "medium",
        /// As far as an administrator.
        High = "high",
        /// As far as the system itself.
        System = "system",
    }
}

vocabulary! {
    /// What a Windows binary is (`windows-pebinary-type-ov`, STIX 2.1 section 10.28).
    WindowsPebinaryType "windows-pebinary-type-ov" {
        /// A library that programs load.
        Dll = "dll",
        /// A program.
        Exe = "exe",
        /// A device driver.
        Sys = "sys",
    }
}

vocabulary! {
    /// What a value of the Windows registry holds (`windows-registry-datatype-enum`, STIX 2.1
    /// section 10.29).
    closed WindowsRegistryDatatype "windows-registry-datatype-enum" {
        /// Data without a type.
        None = "REG_NONE",
        /// A string.
        Sz = "REG_SZ",
        /// A string with variables to fill in, for example `%PATH%`.
        ExpandSz = "REG_EXPAND_SZ",
        /// Bytes.
        Binary = "REG_BINARY",
        /// A number of 32 bits.
        Dword = "REG_DWORD",
        /// A number of 32 bits, the highest byte first.
        DwordBigEndian = "REG_DWORD_BIG_ENDIAN",
        /// A number of 32 bits, the lowest byte first.
        DwordLittleEndian = "REG_DWORD_LITTLE_ENDIAN",
        /// The path that a symbolic link leads to.
        Link = "REG_LINK",
        /// Several strings.
        MultiSz = "REG_MULTI_SZ",
        /// The resources that a driver or its device has.
        ResourceList = "REG_RESOURCE_LIST",
        /// The resources that a piece of hardware has.
        FullResourceDescription = "REG_FULL_RESOURCE_DESCRIPTION",
        /// The resources that a driver or its device could use.
        ResourceRequirementsList = "REG_RESOURCE_REQUIREMENTS_LIST",
        /// A number of 64 bits.
        Qword = "REG_QWORD",
        /// A type that is not valid.
        InvalidType = "REG_INVALID_TYPE",
    }
}

vocabulary! {
    /// When a Windows service starts (`windows-service-start-type-enum`, STIX 2.1 section 10.30).
    closed WindowsServiceStartType "windows-service-start-type-enum" {
        /// With the system, by the service manager.
        AutoStart = "SERVICE_AUTO_START",
        /// With the system, by its loader. For drivers only.
        BootStart = "SERVICE_BOOT_START",
        /// When a process asks for it.
        DemandStart = "SERVICE_DEMAND_START",
        /// Never.
        Disabled = "SERVICE_DISABLED",
        /// With the system, while the kernel sets itself up. For drivers only; Windows calls it
        /// `SERVICE_SYSTEM_START`.
        SystemAlert = "SERVICE_SYSTEM_ALERT",
    }
}

vocabulary! {
    /// What a Windows service is (`windows-service-type-enum`, STIX 2.1 section 10.31).
    closed WindowsServiceType "windows-service-type-enum" {
        /// A device driver.
        KernelDriver = "SERVICE_KERNEL_DRIVER",
        /// A file system driver.
        FileSystemDriver = "SERVICE_FILE_SYSTEM_DRIVER",
        /// A program with a process of its own.
        Win32OwnProcess = "SERVICE_WIN32_OWN_PROCESS",
        /// A program that shares its process with other services.
        Win32ShareProcess = "SERVICE_WIN32_SHARE_PROCESS",
    }
}

vocabulary! {
    /// What a Windows service is doing (`windows-service-status-enum`, STIX 2.1 section 10.32).
    closed WindowsServiceStatus "windows-service-status-enum" {
        /// It is about to go on after a pause.
        ContinuePending = "SERVICE_CONTINUE_PENDING",
        /// It is about to pause.
        PausePending = "SERVICE_PAUSE_PENDING",
        /// It pauses.
        Paused = "SERVICE_PAUSED",
        /// It runs.
        Running = "SERVICE_RUNNING",
        /// It is about to run.
        StartPending = "SERVICE_START_PENDING",
        /// It is about to stop.
        StopPending = "SERVICE_STOP_PENDING",
        /// It does not run.
        Stopped = "SERVICE_STOPPED",
    }
}
